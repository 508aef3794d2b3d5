import fc from 'fast-check';
import type { AttributeValue } from '../../../src/lib/attribute-value.js';

/** Texts of numbers within DynamoDB's range and precision, in many spellings. */
export function numberText(): fc.Arbitrary<string> {
  return fc
    .record({
      sign: fc.constantFrom('', '-', '+'),
      digits: fc.stringMatching(/^[0-9]{1,20}$/),
      fraction: fc.stringMatching(/^[0-9]{0,18}$/),
      exponent: fc.integer({ min: -80, max: 80 }),
      form: fc.constantFrom('plain', 'e', 'E+'),
    })
    .map(({ sign, digits, fraction, exponent, form }) => {
      const mantissa = `${sign}${digits}${fraction === '' ? '' : `.${fraction}`}`;
      if (form === 'plain') return mantissa;
      return form === 'E+' && exponent >= 0
        ? `${mantissa}E+${exponent}`
        : `${mantissa}e${exponent}`;
    });
}

/** Values as a request may have them: numbers and sets not yet in their canonical form. */
export function attributeValue(): fc.Arbitrary<AttributeValue> {
  const binary = fc
    .uint8Array({ maxLength: 12 })
    .map((bytes) => Buffer.from(bytes).toString('base64'));
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  return fc.letrec<{ value: AttributeValue; scalar: AttributeValue }>((tie) => ({
    scalar: fc.oneof(
      text.map((S) => ({ S })),
      numberText().map((N) => ({ N })),
      binary.map((B) => ({ B })),
      fc.boolean().map((BOOL) => ({ BOOL })),
      fc.constant({ NULL: true }),
      fc.uniqueArray(text, { minLength: 1, maxLength: 5 }).map((SS) => ({ SS })),
      fc.uniqueArray(binary, { minLength: 1, maxLength: 5 }).map((BS) => ({ BS })),
      fc
        .uniqueArray(fc.integer(), { minLength: 1, maxLength: 5 })
        .map((numbers) => ({ NS: numbers.map(String) })),
    ),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('scalar'),
      fc.array(tie('value'), { maxLength: 4 }).map((L) => ({ L })),
      fc
        .dictionary(fc.string({ minLength: 1, maxLength: 6 }), tie('value'), { maxKeys: 4 })
        .map((M) => ({ M })),
    ),
  })).value;
}
