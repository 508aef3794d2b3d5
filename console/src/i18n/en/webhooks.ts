/** Webhooks of a cache's topics. */
export const webhooks = {
  tab: 'Webhooks',
  title: 'Webhooks',
  hint: 'Each message of the topic is posted to the URL, signed with the secret of the webhook.',
  put: 'Create webhook',
  change: (name: string) => `Edit ${name}`,
  topic: 'Topic',
  url: 'URL',
  urlHint: 'It begins with https:// or http://.',
  noUrl: 'It is no URL that begins with https:// or http://.',
  empty: 'No webhooks yet',
  emptyHint: 'Create one to have the messages of a topic posted to a URL.',
  secret: 'Show secret',
  secretOf: (name: string) => `Secret of ${name}`,
  secretHint: 'The receiver checks the header momento-signature with it. Show it to nobody else.',
  rotate: 'Rotate secret',
  rotateTitle: (name: string) => `Rotate the secret of ${name}?`,
  rotateHint:
    'Messages are signed with a new secret from now on: the receiver refuses them until it knows that.',
  rotated: 'From now on messages are signed with this secret.',
};
