import type { LintWarning } from '../../api/lint';
import type { Texts } from '../texts';

/** By the code of the finding; one that is new here is told in the server's words. */
const SAYS: Record<string, (path: string, suggestion: string | undefined) => string> = {
  PathMissing: (path, suggestion) =>
    suggestion === undefined
      ? `${path} はどのサンプルにもありません。`
      : `${path} はどのサンプルにもありません。${suggestion} ではありませんか?`,
  ObjectInQuotes: (path) =>
    `引用符の中の ${path} はオブジェクトまたは配列なので、正しい JSON になりません。`,
  RemoveBlanks: (path) =>
    `削除 (REMOVE) のレコードには新しいイメージがなく、${path} は空になります。送り方を選んでください。`,
  FilterMatchesNothing: (path, suggestion) =>
    suggestion === undefined
      ? `どのサンプルも通さないフィルターがあります: ${path}`
      : `どのサンプルも通さないフィルターがあります。${path} ではなく ${suggestion} ではありませんか?`,
  KeyEmpty: (path) =>
    `キーになる ${path} が空のサンプルがあります。どのレコードにもある $.dynamodb.Keys から取ってください。`,
};

export const lint: Texts['lint'] = {
  mended: 'パイプを変更しました。再び動き出すまで少しかかります。',
  says: ({ code, message, path = '', suggestion }: LintWarning) =>
    code === 'TemplateFails'
      ? `このテンプレートで作れないサンプルがあります: ${message}`
      : (SAYS[code]?.(path, suggestion) ?? message),
  fixes: {
    path: (path) => `${path} を使う`,
    quotes: '引用符を外す',
    delete: 'ターゲットでも削除する',
    skip: '削除は送らない',
    filter: '新規と変更の項目だけ通す',
  },
};
