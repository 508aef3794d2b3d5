import { useTexts } from '../../i18n/language';

export const STEPS = ['source', 'filter', 'enrichment', 'target'] as const;
export type Step = (typeof STEPS)[number];

/** The pipe drawn: four boxes on its way, each of which opens its panel. */
export function FlowSteps(properties: {
  current: Step;
  /** What each step does, in a few words. */
  summaries: Record<Step, string>;
  onChoose: (step: Step) => void;
}) {
  const { current, summaries, onChoose } = properties;
  const { pipes } = useTexts();
  return (
    <ol className="flow" aria-label={pipes.steps}>
      {STEPS.map((step, index) => (
        <li key={step}>
          <button
            type="button"
            className="flow-step"
            aria-current={step === current ? 'step' : undefined}
            onClick={() => onChoose(step)}
          >
            <strong>{pipes.step(index + 1, pipes[step])}</strong>
            <span>{summaries[step]}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
