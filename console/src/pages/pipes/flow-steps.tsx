import { useTexts } from '../../i18n/language';

export const STEPS = ['source', 'filter', 'enrichment', 'target', 'options'] as const;
export type Step = (typeof STEPS)[number];

/** The pipe drawn: the boxes on its way, each of which opens its panel. */
export function FlowSteps(properties: {
  current: Step;
  /** What each step does, in a few words. */
  summaries: Record<Step, string>;
  /** Those in which something has to be mended. */
  faulty: ReadonlySet<Step>;
  onChoose: (step: Step) => void;
}) {
  const { current, summaries, faulty, onChoose } = properties;
  const { pipes, editor } = useTexts();
  return (
    <ol className="flow" aria-label={pipes.steps}>
      {STEPS.map((step, index) => (
        <li key={step}>
          <button
            type="button"
            className={faulty.has(step) ? 'flow-step faulty' : 'flow-step'}
            aria-current={step === current ? 'step' : undefined}
            onClick={() => onChoose(step)}
          >
            <strong>
              {pipes.step(index + 1, step === 'options' ? editor.options : pipes[step])}
            </strong>
            <span>{summaries[step]}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
