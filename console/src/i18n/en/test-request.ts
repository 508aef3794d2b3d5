/** A test request of an API destination. */
export const testRequest = {
  open: 'Send a test request',
  title: (name: string) => `Send a test request: ${name}`,
  hint: 'It is really sent, with the connection’s authorization and within the rate limit.',
  pathValue: (number: number) => `Value of asterisk ${number}`,
  query: 'Query string parameters',
  headers: 'Headers',
  body: 'Body',
  send: 'Send',
  outcomes: {
    delivered: 'It was accepted',
    retry: 'It failed, and a pipe would send it again',
    rejected: 'It failed, and a pipe would give it up',
  } as Record<string, string>,
  status: 'Status',
  took: 'Took',
  milliseconds: (value: string) => `${value} ms`,
  noAnswer: 'No answer',
  request: 'Request as it was sent (secrets are masked)',
  response: 'Answer',
  emptyBody: 'The answer has no body.',
};
