import type { Texts } from '../texts';

export const elements: Texts['elements'] = {
  title: (key, type) => `${key} · ${type}`,
  table: '要素',
  field: 'フィールド',
  index: '位置',
  score: 'スコア',
  value: '値',
  add: '要素を追加',
  edit: '要素',
  gone: 'コレクションは空になり、最後の要素とともになくなりました。',
  saved: '要素を保存しました。',
  end: '追加する場所',
  ends: { back: '末尾', front: '先頭' },
  scoreHint: '数値。Infinity と -Infinity も使えます。',
  noNumber: '数値ではありません。',
  fixed: 'セットの要素は値そのものです。変えるには、別の要素を追加してこれを削除してください。',
  nth: (place) => `要素 ${place}`,
};
