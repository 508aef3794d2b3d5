import type { Texts } from '../texts';

export const lint: Texts['lint'] = {
  mended: 'パイプを変更しました。再び動き出すまで少しかかります。',
  fixes: {
    path: (path) => `${path} を使う`,
    quotes: '引用符を外す',
    delete: 'ターゲットでも削除する',
    skip: '削除は送らない',
  },
};
