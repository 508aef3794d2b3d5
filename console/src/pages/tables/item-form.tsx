import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import type { AttributeValue, Item } from '../../api/dynamodb';
import { useTexts } from '../../i18n/language';
import type { Texts } from '../../i18n/texts';
import { attributeValue } from './explorer-query';
import { ItemTextError } from './item-json';

/** A line of the form. What has parts is typed as the JSON of its content. */
export interface Attribute {
  name: string;
  type: string;
  text: string;
}

const TYPES = ['S', 'N', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'B', 'BS'];
const NESTED = new Set(['M', 'L', 'SS', 'NS', 'BS']);

/** The lines of an item. */
export function attributesOf(item: Item): Attribute[] {
  return Object.entries(item).map(([name, value]) => {
    const [type = 'S', content] = Object.entries(value)[0] ?? [];
    return { name, type, text: NESTED.has(type) ? JSON.stringify(content) : String(content) };
  });
}

/** The item of the lines. Throws an ItemTextError that names the line. */
export function itemOfAttributes(attributes: Attribute[], texts: Texts['tables']): Item {
  const item: Item = {};
  for (const { name, type, text } of attributes) {
    if (name === '' && text === '') continue;
    if (name in item) throw new ItemTextError(texts.duplicateAttribute(name));
    item[name] = valueOf(name, type, text, texts);
  }
  return item;
}

function valueOf(name: string, type: string, text: string, texts: Texts['tables']): AttributeValue {
  if (type === 'N' && (text.trim() === '' || Number.isNaN(Number(text))))
    throw new ItemTextError(`${name}: ${texts.notANumber(text)}`);
  if (!NESTED.has(type)) return attributeValue(type, text);
  try {
    return { [type]: JSON.parse(text) as unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ItemTextError(`${name}: ${texts.badJson(error.message)}`);
  }
}

/** One line for each attribute: name, type, value. */
export function ItemForm(properties: {
  attributes: Attribute[];
  keyNames: string[];
  onChange: (attributes: Attribute[]) => void;
}) {
  const { attributes, keyNames, onChange } = properties;
  const { shell, tables } = useTexts();
  const set = (index: number, changed: Partial<Attribute>): void =>
    onChange(attributes.map((one, at) => (at === index ? { ...one, ...changed } : one)));
  const isKey = ({ name }: Attribute, index: number): boolean =>
    index < keyNames.length && keyNames.includes(name);
  return (
    <AttributeEditor
      items={attributes}
      addButtonText={tables.addAttribute}
      removeButtonText={shell.remove}
      isItemRemovable={(one) => !keyNames.includes(one.name)}
      onAddButtonClick={() => onChange([...attributes, { name: '', type: 'S', text: '' }])}
      onRemoveButtonClick={({ detail }) =>
        onChange(attributes.filter((_, index) => index !== detail.itemIndex))
      }
      gridLayout={[{ rows: [[3, 3, 6]], breakpoint: 's' }, { rows: [[1], [1], [1]] }]}
      definition={[
        {
          label: tables.attribute,
          control: (one, index) => (
            <Input
              ariaLabel={tables.attribute}
              value={one.name}
              disabled={isKey(one, index)}
              onChange={({ detail }) => set(index, { name: detail.value })}
            />
          ),
        },
        {
          label: tables.type,
          control: (one, index) => (
            <Select
              ariaLabel={`${tables.type} ${one.name}`}
              selectedOption={{ value: one.type, label: tables.types[one.type]! }}
              disabled={isKey(one, index)}
              options={TYPES.map((value) => ({ value, label: tables.types[value]! }))}
              onChange={({ detail }) => set(index, changedType(one, detail.selectedOption.value!))}
            />
          ),
        },
        {
          label: tables.value,
          control: (one, index) => (
            <ValueInput attribute={one} onChange={(text) => set(index, { text })} />
          ),
        },
      ]}
    />
  );
}

/** What is typed stays when it can be of the new type, too. */
function changedType({ text }: Attribute, type: string): Partial<Attribute> {
  const start: Record<string, string> = { M: '{}', L: '[]', SS: '[]', NS: '[]', BS: '[]' };
  if (type === 'BOOL') return { type, text: text === 'false' ? 'false' : 'true' };
  if (type === 'NULL') return { type, text: 'true' };
  return { type, text: start[type] ?? text };
}

function ValueInput({
  attribute: { name, type, text },
  onChange,
}: {
  attribute: Attribute;
  onChange: (text: string) => void;
}) {
  const { shell, tables } = useTexts();
  const label = `${tables.value} ${name}`;
  if (type === 'NULL') return <Input ariaLabel={label} value="null" disabled />;
  if (type === 'BOOL') {
    const options = [
      { value: 'true', label: shell.yes },
      { value: 'false', label: shell.no },
    ];
    return (
      <Select
        ariaLabel={label}
        selectedOption={options.find(({ value }) => value === text) ?? options[0]!}
        options={options}
        onChange={({ detail }) => onChange(detail.selectedOption.value!)}
      />
    );
  }
  if (NESTED.has(type))
    return (
      <div className="mono">
        <Textarea
          ariaLabel={label}
          value={text}
          rows={3}
          spellcheck={false}
          onChange={({ detail }) => onChange(detail.value)}
        />
      </div>
    );
  return (
    <Input
      ariaLabel={label}
      value={text}
      inputMode={type === 'N' ? 'decimal' : 'text'}
      onChange={({ detail }) => onChange(detail.value)}
    />
  );
}
