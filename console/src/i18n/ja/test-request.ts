import type { Texts } from '../texts';

export const testRequest: Texts['testRequest'] = {
  open: 'テストリクエストを送る',
  title: (name) => `テストリクエストを送る: ${name}`,
  hint: '接続の認証を付け、レート制限の範囲内で、実際に送られます。',
  pathValue: (number) => `アスタリスク ${number} の値`,
  query: 'クエリ文字列パラメーター',
  headers: 'ヘッダー',
  body: '本文',
  send: '送る',
  outcomes: {
    delivered: '受け付けられました',
    retry: '失敗しました。パイプなら送り直します',
    rejected: '失敗しました。パイプならあきらめます',
  },
  status: 'ステータス',
  took: '所要時間',
  milliseconds: (value) => `${value} ミリ秒`,
  noAnswer: '応答なし',
  request: '送ったリクエスト (秘密の値は伏せています)',
  response: '応答',
  emptyBody: '応答に本文はありません。',
};
