import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import Checkbox from '@cloudscape-design/components/checkbox';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import type { HttpParameter, HttpParameters } from '../../api/events';
import { useTexts } from '../../i18n/language';

export type Place = keyof HttpParameters;
const PLACES: Place[] = ['HeaderParameters', 'QueryStringParameters', 'BodyParameters'];

/** A line of the editor. */
export interface Parameter {
  place: Place;
  key: string;
  value: string;
  isSecret: boolean;
}

/** The lines of what the API tells; secret values are not told. */
export function parametersOf(given: HttpParameters | undefined): Parameter[] {
  return PLACES.flatMap((place) =>
    (given?.[place] ?? []).map(({ Key, Value, IsValueSecret }) => ({
      place,
      key: Key,
      value: Value ?? '',
      isSecret: IsValueSecret === true,
    })),
  );
}

/** The lines as the API takes them; undefined when there are none. */
export function httpParametersOf(parameters: Parameter[]): HttpParameters | undefined {
  const result: HttpParameters = {};
  for (const { place, key, value, isSecret } of parameters) {
    const parameter: HttpParameter = { Key: key, Value: value, IsValueSecret: isSecret };
    (result[place] ??= []).push(parameter);
  }
  return parameters.length === 0 ? undefined : result;
}

/** Edits the parameters that a connection adds to requests. */
export function ParametersEditor(properties: {
  parameters: Parameter[];
  onChange: (parameters: Parameter[]) => void;
}) {
  const { parameters, onChange } = properties;
  const { shell, destinations } = useTexts();
  const set = (index: number, changed: Partial<Parameter>): void =>
    onChange(parameters.map((one, at) => (at === index ? { ...one, ...changed } : one)));
  return (
    <AttributeEditor
      items={parameters}
      addButtonText={destinations.addParameter}
      removeButtonText={shell.remove}
      empty={destinations.noParameters}
      onAddButtonClick={() =>
        onChange([
          ...parameters,
          { place: 'HeaderParameters', key: '', value: '', isSecret: false },
        ])
      }
      onRemoveButtonClick={({ detail }) =>
        onChange(parameters.filter((_, index) => index !== detail.itemIndex))
      }
      gridLayout={[{ rows: [[3, 3, 4, 2]], breakpoint: 's' }, { rows: [[1], [1], [1], [1]] }]}
      definition={[
        {
          label: destinations.where,
          control: (one, index) => (
            <Select
              ariaLabel={destinations.where}
              selectedOption={{ value: one.place, label: destinations.places[one.place] }}
              options={PLACES.map((value) => ({ value, label: destinations.places[value] }))}
              onChange={({ detail }) => set(index, { place: detail.selectedOption.value as Place })}
            />
          ),
        },
        {
          label: destinations.parameterKey,
          control: (one, index) => (
            <Input
              ariaLabel={destinations.parameterKey}
              value={one.key}
              onChange={({ detail }) => set(index, { key: detail.value })}
            />
          ),
        },
        {
          label: destinations.parameterValue,
          control: (one, index) => (
            <Input
              ariaLabel={destinations.parameterValue}
              type={one.isSecret ? 'password' : 'text'}
              autoComplete={false}
              value={one.value}
              onChange={({ detail }) => set(index, { value: detail.value })}
            />
          ),
        },
        {
          label: destinations.isSecret,
          control: (one, index) => (
            <Checkbox
              ariaLabel={destinations.isSecret}
              checked={one.isSecret}
              onChange={({ detail }) => set(index, { isSecret: detail.checked })}
            />
          ),
        },
      ]}
    />
  );
}
