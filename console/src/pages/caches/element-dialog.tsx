import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import type { CollectionType, Element, putElement, Shown } from '../../api/elements';
import { useTexts } from '../../i18n/language';
import { Dialog } from '../../parts/dialog';
import { BytesField, isTyped } from './bytes-field';
import { bytesOf } from './value-forms';
import { ValueView } from './value-view';

type Put = Parameters<typeof putElement>[2];
const ENDS = ['back', 'front'] as const;

/** Shows an element whole, and changes it; without one a new one is added. */
export function ElementDialog(properties: {
  type: CollectionType;
  element: Element | undefined;
  save: (element: Put) => Promise<void>;
  onClose: () => void;
}) {
  const { type, element, save, onClose } = properties;
  const { shell, elements, topics } = useTexts();
  const isNew = element === undefined;
  const [field, setField] = useState<Shown>(element?.field ?? { text: '' });
  const [value, setValue] = useState<Shown>(element?.value ?? { text: '' });
  const [score, setScore] = useState(String(element?.score ?? ''));
  const [end, setEnd] = useState<'front' | 'back'>('back');
  const [isTried, setTried] = useState(false);
  const isFixed = !isNew && type === 'set';
  /** The element of a sorted set is its value: another would be another element. */
  const isValueFixed = isFixed || (!isNew && type === 'sorted set');
  const number = scoreOf(score);
  const run = async (): Promise<void> => {
    setTried(true);
    if (!isTyped(value) || (type === 'sorted set' && number === undefined)) return;
    await save({
      value,
      ...(type === 'dictionary' && { field }),
      ...(type === 'sorted set' && { score: number! }),
      ...(type === 'list' && (isNew ? { end } : { index: element.index!, was: element.value })),
    });
  };
  return (
    <Dialog
      isLarge
      title={isNew ? elements.add : elements.edit}
      closeText={isFixed ? shell.close : shell.cancel}
      onClose={onClose}
      action={isFixed ? undefined : { text: isNew ? shell.add : shell.save, run }}
    >
      {type === 'dictionary' && (
        <FormField
          stretch
          label={elements.field}
          constraintText={'base64' in field && topics.base64}
        >
          <Input
            readOnly={!isNew}
            value={'text' in field ? field.text : field.base64}
            onChange={({ detail }) => setField({ text: detail.value })}
          />
        </FormField>
      )}
      {type === 'sorted set' && (
        <FormField
          label={elements.score}
          constraintText={elements.scoreHint}
          errorText={isTried && number === undefined && elements.noNumber}
        >
          <Input value={score} onChange={({ detail }) => setScore(detail.value)} />
        </FormField>
      )}
      {type === 'list' && isNew && (
        <FormField label={elements.end}>
          <Select
            selectedOption={{ value: end, label: elements.ends[end] }}
            options={ENDS.map((one) => ({ value: one, label: elements.ends[one] }))}
            onChange={({ detail }) => setEnd(detail.selectedOption.value as 'front' | 'back')}
          />
        </FormField>
      )}
      {element && <ValueView name={nameOf(element, elements.nth)} value={bytesIn(element.value)} />}
      {isValueFixed ? (
        isFixed && <Alert type="info">{elements.fixed}</Alert>
      ) : (
        <BytesField label={elements.value} rows={isNew ? 4 : 6} value={value} onChange={setValue} />
      )}
    </Dialog>
  );
}

function nameOf({ field, index, score }: Element, nth: (place: string) => string): string {
  if (field) return 'text' in field ? field.text : `base64:${field.base64}`;
  if (index !== undefined) return nth(String(index));
  return score === undefined ? '' : String(score);
}

function bytesIn(value: Shown): Uint8Array {
  return 'text' in value ? new TextEncoder().encode(value.text) : bytesOf(value.base64)!;
}

/** Undefined when it is no number. */
function scoreOf(typed: string): number | string | undefined {
  const text = typed.trim();
  if (text === 'Infinity' || text === '-Infinity') return text;
  const number = Number(text);
  return text !== '' && Number.isFinite(number) ? number : undefined;
}
