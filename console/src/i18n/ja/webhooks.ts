import type { Texts } from '../texts';

export const webhooks: Texts['webhooks'] = {
  tab: 'Webhook',
  title: 'Webhook',
  hint: 'トピックのメッセージはすべて、Webhook のシークレットで署名して URL に送られます。',
  put: 'Webhook を作成',
  change: (name) => `${name} の編集`,
  topic: 'トピック',
  url: 'URL',
  urlHint: 'https:// または http:// で始まります。',
  noUrl: 'https:// または http:// で始まる URL ではありません。',
  empty: 'Webhook はまだありません',
  emptyHint: '作成すると、トピックのメッセージが URL に送られます。',
  secret: 'シークレットを表示',
  secretOf: (name) => `${name} のシークレット`,
  secretHint:
    '受信側はこれで momento-signature ヘッダーを検証します。ほかの人には見せないでください。',
  rotate: 'シークレットを更新',
  rotateTitle: (name) => `${name} のシークレットを更新しますか?`,
  rotateHint:
    '以後、メッセージは新しいシークレットで署名されます。受信側がそれを知るまで、メッセージは拒否されます。',
  rotated: '以後、メッセージはこのシークレットで署名されます。',
};
