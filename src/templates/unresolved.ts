import { TemplateProblem } from './template-error.js';

/** Texts recorded from CloudFormation; our hints follow them. */
export function unresolvedResource(name: string, at: string): TemplateProblem {
  return new TemplateProblem(
    at,
    `Template format error: Unresolved resource dependencies [${name}] in the ${at.split('.')[0]!} block of the template`,
  );
}

export function undefinedResource(name: string, at: string): TemplateProblem {
  return new TemplateProblem(
    at,
    `Template error: instance of Fn::GetAtt references undefined resource ${name}`,
  );
}

export function unresolvedCondition(name: string, at: string): TemplateProblem {
  return new TemplateProblem(
    at,
    `Template format error: Unresolved condition dependency ${name} in the Conditions block of the template`,
  );
}

export function unsupportedAttribute(
  logicalId: string,
  attribute: string,
  at: string,
  supported?: readonly string[],
): TemplateProblem {
  const hint = supported
    ? ` It has ${supported.join(', ') || 'none'}.`
    : ' This one has none: see that its properties ask for it (StreamArn: StreamSpecification).';
  return new TemplateProblem(
    at,
    `Template error: resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt.${hint}`,
  );
}
