import { useEffect, useState } from 'react';
import { recentRecords, type StreamRecord } from '../../api/dynamodb';
import type { PipeDraft } from './pipe-draft';

/** A record as the pipe sees it, made up where the stream has none yet. */
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

export interface Samples {
  records: StreamRecord[];
  /** The chosen one as it is edited. */
  text: string;
  isMadeUp: boolean;
  error: unknown;
  setText: (text: string) => void;
  choose: (index: number) => void;
  load: () => void;
}

/** Sample records of the draft's source. */
export function useSamples({ source }: PipeDraft): Samples {
  const [records, setRecords] = useState<StreamRecord[]>([]);
  const [text, setText] = useState(() => textOf(MADE_UP, source));
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isWanted = true;
    const show = (found: StreamRecord[]): void => {
      if (!isWanted) return;
      setError(undefined);
      setRecords(found);
      setText(textOf(found[0] ?? MADE_UP, source));
    };
    if (!source.includes('/stream/')) show([]);
    else
      recentRecords(source).then(show, (failure: unknown) => {
        if (isWanted) setError(failure);
      });
    return () => {
      isWanted = false;
    };
  }, [source, round]);
  return {
    records,
    text,
    isMadeUp: records.length === 0,
    error,
    setText,
    choose: (index) => setText(textOf(records[index]!, source)),
    load: () => setRound((before) => before + 1),
  };
}

function textOf(record: object, source: string): string {
  return JSON.stringify({ ...record, eventSourceARN: source }, null, 2);
}
