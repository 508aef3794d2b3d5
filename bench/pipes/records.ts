/** A stream record of a user, whose image is padded so that its JSON has about `bytes` bytes. */
export function streamRecord(bytes: number): object {
  const build = (padding: string): object => {
    const image = {
      id: { S: '001' },
      name: { S: '田中一郎' },
      email: { S: 'ichiro@example.com' },
      last_purchased_at: { S: '2023-12-01 10:00:00' },
      visits: { N: '42' },
      ...(padding !== '' && { note: { S: padding } }),
    };
    return {
      eventID: 'c4ca4238a0b923820dcc509a6f75849b',
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: 1_700_000_000,
        Keys: { id: { S: '001' } },
        NewImage: image,
        SequenceNumber: '3044600000000017324272463',
        SizeBytes: bytes,
        StreamViewType: 'NEW_IMAGE',
      },
      eventSourceARN:
        'arn:aws:dynamodb:us-east-1:000000000000:table/user/stream/2026-01-01T00:00:00.000',
    };
  };
  const missing = bytes - Buffer.byteLength(JSON.stringify(build('')));
  return build(missing > 0 ? 'x'.repeat(missing) : '');
}

/** Five filters as pipes have them: one of a kind each. */
export const PATTERNS: readonly object[] = [
  { eventName: ['REMOVE'] },
  { dynamodb: { Keys: { id: { S: [{ prefix: 'order#' }] } } } },
  { eventName: ['INSERT'], dynamodb: { NewImage: { name: { S: [{ exists: true }] } } } },
  { dynamodb: { NewImage: { visits: { N: [{ 'anything-but': ['42', '43'] }] } } } },
  {
    eventName: ['INSERT', 'MODIFY'],
    dynamodb: { NewImage: { email: { S: [{ suffix: '@example.com' }] } } },
  },
];

/** The template of the walk-through, its misspelling corrected. */
export const TEMPLATE =
  '"{\\"id\\": \\"<$.dynamodb.NewImage.id.S>\\",\\"name\\": \\"<$.dynamodb.NewImage.name.S>\\",' +
  '\\"email\\": \\"<$.dynamodb.NewImage.email.S>\\",' +
  '\\"last_purchased_at\\": \\"<$.dynamodb.NewImage.last_purchased_at.S>\\"}"';
