import type { Texts } from '../texts';

export const mend: Texts['mend'] = {
  edit: '編集して送る',
  title: 'レコードを編集して送る',
  record: 'レコード',
  recordHint:
    'イメージを編集できます。イベントとキーは変えられません。届くと、失敗したレコードは一覧から消えます。',
  preview: '送られる内容',
  send: '送る',
  notJson: (reason) => `JSON ではありません: ${reason}`,
  filtered: 'パイプのフィルターでは除外されるレコードですが、このまま送ります。',
};
