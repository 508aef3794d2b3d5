import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';
import { useTexts } from '../i18n/language';

/** A line of a list of names and values. */
export interface Pair {
  key: string;
  value: string;
}

/** Edits headers or query parameters. */
export function PairsEditor(properties: {
  label: string;
  pairs: Pair[];
  onChange: (pairs: Pair[]) => void;
}) {
  const { label, pairs, onChange } = properties;
  const { shell, pipes } = useTexts();
  const input = (field: keyof Pair, fieldLabel: string) =>
    function PairInput(pair: Pair, index: number) {
      return (
        <Input
          ariaLabel={`${label}: ${fieldLabel} ${String(index + 1)}`}
          value={pair[field]}
          onChange={({ detail }) =>
            onChange(
              pairs.map((one, at) => (at === index ? { ...one, [field]: detail.value } : one)),
            )
          }
        />
      );
    };
  return (
    <AttributeEditor
      items={pairs}
      addButtonText={`${label}: ${pipes.addLine}`}
      removeButtonText={shell.remove}
      empty={pipes.nothingHere}
      onAddButtonClick={() => onChange([...pairs, { key: '', value: '' }])}
      onRemoveButtonClick={({ detail }) =>
        onChange(pairs.filter((_, index) => index !== detail.itemIndex))
      }
      definition={[
        { label: pipes.key, control: input('key', pipes.key) },
        { label: pipes.value, control: input('value', pipes.value) },
      ]}
    />
  );
}
