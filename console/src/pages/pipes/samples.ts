import { useEffect, useState } from 'react';
import { describeTable, recentRecords, scan, type StreamRecord } from '../../api/dynamodb';
import { sourceName } from './source-name';

/** A record as the pipe sees it, made up where neither the stream nor the table has one yet. */
const MADE_UP = {
  eventID: '00000000000000000000000000000000',
  eventName: 'INSERT',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: 'us-east-1',
  dynamodb: {
    ApproximateCreationDateTime: 1700000000,
    Keys: { id: { S: '001' } },
    NewImage: { id: { S: '001' }, name: { S: 'name' } },
    SequenceNumber: '100000000000000000001',
    SizeBytes: 20,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
};
/** Items that stand in for records. */
const ITEMS = 20;

export interface Samples {
  records: StreamRecord[];
  /** Where they are from. */
  origin: 'stream' | 'items' | 'made up';
  /** The chosen one's place; undefined when it is edited, or made up. */
  chosen: number | undefined;
  /** The chosen one as it is edited. */
  text: string;
  /** The same, when it is a JSON object. */
  record: object | undefined;
  error: unknown;
  isLoading: boolean;
  setText: (text: string) => void;
  choose: (index: number) => void;
  load: () => void;
}

/** Sample records of a source: what its stream holds, else what its table does. */
export function useSamples(source: string): Samples {
  const [found, setFound] = useState<Pick<Samples, 'records' | 'origin'>>(NONE);
  const [chosen, setChosen] = useState<number>();
  const [text, setText] = useState(() => textOf(MADE_UP, source));
  const [error, setError] = useState<unknown>();
  const [isLoading, setLoading] = useState(false);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const show = (loaded: Pick<Samples, 'records' | 'origin'>): void => {
      if (!isWanted) return;
      const [first] = loaded.records;
      setError(undefined);
      setFound(loaded);
      setChosen(first && 0);
      setText(textOf(first ?? MADE_UP, source));
      setLoading(false);
    };
    if (!source.includes('/stream/')) {
      show(NONE);
      return undefined;
    }
    setLoading(true);
    samplesOf(source).then(show, (failure: unknown) => {
      if (!isWanted) return;
      setError(failure);
      setLoading(false);
    });
    return () => {
      isWanted = false;
    };
  }, [source, round]);
  return {
    ...found,
    chosen,
    text,
    record: objectOf(text),
    error,
    isLoading,
    setText: (edited) => {
      setChosen(undefined);
      setText(edited);
    },
    choose: (index) => {
      setChosen(index);
      setText(textOf(found.records[index]!, source));
    },
    load: () => setRound((before) => before + 1),
  };
}

const NONE: Pick<Samples, 'records' | 'origin'> = { records: [], origin: 'made up' };

async function samplesOf(source: string): Promise<Pick<Samples, 'records' | 'origin'>> {
  const records = await recentRecords(source);
  if (records.length > 0) return { records, origin: 'stream' };
  const { TableName, KeySchema, StreamSpecification } = await describeTable(sourceName(source));
  const { Items } = await scan({ TableName, Limit: ITEMS });
  const keys = KeySchema.map(({ AttributeName }) => AttributeName);
  const asRecord = (item: (typeof Items)[number]): StreamRecord => ({
    ...MADE_UP,
    dynamodb: {
      ...MADE_UP.dynamodb,
      Keys: Object.fromEntries(keys.map((name) => [name, item[name]!])),
      NewImage: item,
      ...(StreamSpecification?.StreamViewType !== undefined && {
        StreamViewType: StreamSpecification.StreamViewType,
      }),
    },
  });
  return Items.length > 0 ? { records: Items.map(asRecord), origin: 'items' } : NONE;
}

/** The JSON object that a text is; undefined when it is none. */
export function objectOf(text: string): object | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === 'object' && document !== null ? document : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function textOf(record: object, source: string): string {
  return JSON.stringify({ ...record, eventSourceARN: source }, null, 2);
}
