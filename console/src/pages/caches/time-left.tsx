import { useEffect, useState } from 'react';
import { useLanguage } from '../../i18n/language';

const TICK_MS = 1_000;

/** How long an item still lives, counted down. `until`: epoch milliseconds. */
export function TimeLeft({ until }: { until: number }) {
  const { language, texts } = useLanguage();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'long',
  });
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  return <span data-testid="time-left">{texts.topics.left(seconds.format(left))}</span>;
}
