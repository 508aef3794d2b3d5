import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import type { CacheStatistics, PipeState } from '../../api/freshet';
import type { Pipe } from '../../api/pipes';
import { useLanguage, useTexts } from '../../i18n/language';
import { State } from '../../parts/state';
import { href } from '../../router';
import { sourceName } from '../pipes/source-name';

/** Each pipe with what it connects, and what nothing connects. */
export function FlowView(properties: {
  tables: string[];
  pipes: PipeState[];
  caches: CacheStatistics[];
  definitions: Pipe[];
  rates: ReadonlyMap<string, number>;
}) {
  const { tables, pipes, caches, definitions, rates } = properties;
  const { home } = useTexts();
  const cacheOf = (pipe: PipeState): string | undefined => {
    const definition = definitions.find(({ Name }) => Name === pipe.name);
    const isCache = /\/cache\/\*/.test(pipe.endpoint ?? '');
    const value = definition?.TargetParameters?.HttpParameters?.PathParameterValues?.[0];
    return isCache && caches.some(({ name }) => name === value) ? value : undefined;
  };
  const linkedTables = new Set(pipes.map(({ source }) => sourceName(source)));
  const linkedCaches = new Set(pipes.map(cacheOf));
  const loose = [
    ...tables
      .filter((name) => !linkedTables.has(name))
      .map((name) => ({ name, route: ['tables', 'table', name] })),
    ...caches
      .filter(({ name }) => !linkedCaches.has(name))
      .map(({ name }) => ({ name, route: ['caches', 'cache', name] })),
  ];
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{home.title}</Header>}>
        <SpaceBetween size="l">
          {pipes.map((pipe) => (
            <Way
              key={pipe.name}
              pipe={pipe}
              cache={caches.find(({ name }) => name === cacheOf(pipe))}
              isTable={tables.includes(sourceName(pipe.source))}
              rate={rates.get(pipe.name)}
            />
          ))}
        </SpaceBetween>
      </Container>
      {loose.length > 0 && (
        <Container
          header={
            <Header variant="h2" description={home.unlinkedHint}>
              {home.unlinked}
            </Header>
          }
        >
          <SpaceBetween direction="horizontal" size="m">
            {loose.map(({ name, route }) => (
              <Link key={route.join('/')} href={href(...route)}>
                {name}
              </Link>
            ))}
          </SpaceBetween>
        </Container>
      )}
    </SpaceBetween>
  );
}

function Way(properties: {
  pipe: PipeState;
  cache: CacheStatistics | undefined;
  isTable: boolean;
  rate: number | undefined;
}) {
  const { pipe, cache, isTable, rate } = properties;
  const { language, texts } = useLanguage();
  const { shell, home, caches, editor, pipes } = texts;
  const findings = new Set([...(pipe.status?.warnings ?? []), ...(pipe.status?.lint ?? [])]).size;
  const source = sourceName(pipe.source);
  const destination = sourceName(pipe.target);
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return (
    <ol className="flow" aria-label={home.flowOf(pipe.name)}>
      <Node kind={shell.tables} name={source} route={isTable && ['tables', 'table', source]} />
      <Node kind={shell.pipes} name={pipe.name} route={['pipes', 'pipe', pipe.name]}>
        <State state={pipe.currentState} />
        {pipe.status && (
          <>
            <span>
              {home.perSecond}: {rate === undefined ? '-' : home.rate(number.format(rate))}
            </span>
            <Lag status={pipe.status} format={(value) => number.format(value)} />
            {pipe.status.deadLettered > 0 && (
              <StatusIndicator type="error">
                <Link href={href('pipes', 'pipe', pipe.name, 'dead-letters')}>
                  {home.failed}: {number.format(pipe.status.deadLettered)}
                </Link>
              </StatusIndicator>
            )}
            {findings > 0 && (
              <StatusIndicator type="warning">
                <Link href={href('pipes', 'pipe', pipe.name)}>{editor.moreFindings(findings)}</Link>
              </StatusIndicator>
            )}
            {pipe.status.retried > 0 && !pipe.status.idle && (
              <StatusIndicator type="warning">
                {pipes.retried}: {number.format(pipe.status.retried)}
              </StatusIndicator>
            )}
          </>
        )}
      </Node>
      <Node
        kind={shell.apiDestinations}
        name={destination}
        route={pipe.endpoint !== undefined && ['api-destinations', 'edit', destination]}
      >
        <span>{pipe.endpoint}</span>
      </Node>
      {cache && (
        <Node kind={shell.caches} name={cache.name} route={['caches', 'cache', cache.name]}>
          <span>
            {caches.items}: {number.format(cache.items)}
          </span>
        </Node>
      )}
    </ol>
  );
}

function Lag(properties: {
  status: NonNullable<PipeState['status']>;
  format: (value: number) => string;
}) {
  const { status, format } = properties;
  const { home } = useTexts();
  if (status.oldestUndeliveredMs === undefined)
    return <StatusIndicator>{home.upToDate}</StatusIndicator>;
  return (
    <StatusIndicator type="in-progress">
      {home.lag}: {home.seconds(format(status.oldestUndeliveredMs / 1000))}
    </StatusIndicator>
  );
}

function Node(properties: {
  kind: string;
  name: string;
  /** Where it is looked at; false when it is none of ours. */
  route: string[] | false;
  children?: ReactNode;
}) {
  const { kind, name, route, children } = properties;
  return (
    <li>
      <div className="flow-node">
        <Box variant="awsui-key-label">{kind}</Box>
        {route === false ? <strong>{name}</strong> : <Link href={href(...route)}>{name}</Link>}
        {children}
      </div>
    </li>
  );
}
