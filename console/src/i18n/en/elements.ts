/** Elements of collections in a cache. */
export const elements = {
  /** `type` as in the texts of topics. */
  title: (key: string, type: string) => `${key} · ${type}`,
  table: 'Elements',
  field: 'Field',
  index: 'Place',
  score: 'Score',
  value: 'Value',
  add: 'Add element',
  edit: 'Element',
  gone: 'The collection is empty now, and with its last element it is gone.',
  saved: 'The element is saved.',
  end: 'Where',
  ends: { back: 'at the back', front: 'at the front' },
  scoreHint: 'A number; also Infinity or -Infinity.',
  noNumber: 'It is not a number.',
  fixed: 'An element of a set is its value: to change it, add another and delete this one.',
  nth: (place: string) => `element ${place}`,
};
