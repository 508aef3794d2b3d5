/**
 * DynamoDB's typed JSON, as it travels on the wire: exactly one member names the type.
 * Numbers are decimal strings, binary is base64.
 */
export interface AttributeValue {
  S?: string;
  N?: string;
  B?: string;
  BOOL?: boolean;
  NULL?: boolean;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  L?: AttributeValue[];
  M?: Item;
}

/** The type names of {@link AttributeValue}. */
export type AttributeType = keyof AttributeValue;

/** An item, a key, or an image: attribute name to value. */
export type Item = Record<string, AttributeValue>;
