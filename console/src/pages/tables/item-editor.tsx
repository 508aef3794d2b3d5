import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { putItem, type Item, type TableDescription } from '../../api/dynamodb';
import { useTexts } from '../../i18n/language';
import { Dialog } from '../../parts/dialog';
import { useNotices } from '../../parts/notices';
import { ItemForm, attributesOf, itemOfAttributes, type Attribute } from './item-form';
import { isPlain, itemOfDynamodbJson, itemOfPlain, ItemTextError, prettyText } from './item-json';
import { typeOf } from './keys';

type View = 'form' | 'plain' | 'dynamodb';

/** Creates or changes an item: as a form, as plain JSON or as DynamoDB JSON. */
export function ItemEditor(properties: {
  table: TableDescription;
  /** What is edited or duplicated; undefined for an empty one. */
  item: Item | undefined;
  isNew: boolean;
  onSaved: () => void;
  onClose: () => void;
}) {
  const { table, isNew, onSaved, onClose } = properties;
  const { shell, tables } = useTexts();
  const notices = useNotices();
  const original = properties.item ?? emptyItem(table);
  const [view, setView] = useState<View>('form');
  const [attributes, setAttributes] = useState<Attribute[]>(() => attributesOf(original));
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();

  const current = (): Item => {
    if (view === 'form') return itemOfAttributes(attributes, tables);
    return view === 'plain' ? itemOfPlain(text, tables) : itemOfDynamodbJson(text, tables);
  };
  /** The item as it is typed; undefined, and the fault shown, when it is none. */
  const read = (): Item | undefined => {
    try {
      const item = current();
      setFault(undefined);
      return item;
    } catch (failure) {
      if (!(failure instanceof ItemTextError)) throw failure;
      setFault(failure.message);
      return undefined;
    }
  };
  const show = (next: View): void => {
    const item = read();
    if (!item) return;
    if (next === 'plain' && !isPlain(item)) return setFault(tables.plainImpossible);
    if (next === 'form') setAttributes(attributesOf(item));
    else setText(next === 'plain' ? prettyText(item) : JSON.stringify(item, null, 2));
    setView(next);
  };
  const save = async (): Promise<void> => {
    const item = read();
    if (!item) return;
    const missing = table.KeySchema.find(({ AttributeName }) => !(AttributeName in item));
    if (missing) return setFault(tables.missingKey(missing.AttributeName));
    await putItem({
      TableName: table.TableName,
      Item: item,
      ...(isNew && {
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': table.KeySchema[0]!.AttributeName },
      }),
    });
    notices.done(tables.itemSaved);
    onSaved();
  };
  return (
    <Dialog
      isLarge
      title={isNew ? tables.createItem : tables.editItem}
      onClose={onClose}
      action={{ text: shell.save, run: save }}
    >
      <SegmentedControl
        label={tables.item}
        selectedId={view}
        options={[
          { id: 'form', text: tables.form },
          { id: 'plain', text: tables.plainJson },
          { id: 'dynamodb', text: tables.dynamodbJson },
        ]}
        onChange={({ detail }) => show(detail.selectedId as View)}
      />
      {view === 'form' ? (
        <ItemForm
          attributes={attributes}
          keyNames={table.KeySchema.map(({ AttributeName }) => AttributeName)}
          onChange={setAttributes}
        />
      ) : (
        <FormField stretch label={view === 'plain' ? tables.plainJson : tables.dynamodbJson}>
          <div className="mono">
            <Textarea
              spellcheck={false}
              rows={14}
              value={text}
              onChange={({ detail }) => setText(detail.value)}
            />
          </div>
        </FormField>
      )}
      {fault !== undefined && <Alert type="error">{fault}</Alert>}
    </Dialog>
  );
}

function emptyItem(table: TableDescription): Item {
  return Object.fromEntries(
    table.KeySchema.map(({ AttributeName }) => [
      AttributeName,
      { [typeOf(table, AttributeName)]: '' },
    ]),
  );
}
