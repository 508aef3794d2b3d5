/** The lines of an answer as they come; ends when the answer does, rejects when it breaks off. */
export async function* linesOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines = (rest + value).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
    if (rest !== '') yield rest;
  } finally {
    // Nobody waits for it: whoever stops reading has gone on.
    reader.cancel().catch(() => undefined);
  }
}

/** An event that the server sent: its name and its data. */
export interface ServerEvent {
  event: string;
  data: unknown;
}

/** The server-sent events of an answer, each with one line of JSON as data. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerEvent> {
  let event = 'message';
  for await (const line of linesOf(response)) {
    if (line.startsWith('event: ')) event = line.slice('event: '.length);
    else if (line.startsWith('data: '))
      yield { event, data: JSON.parse(line.slice('data: '.length)) as unknown };
  }
}
