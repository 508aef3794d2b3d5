import generated from '@gomomento/generated-types';
import shared from '@gomomento/generated-types/dist/common.js';

/**
 * Momento's published messages and services under short names. They are many and take a while to load, so
 * only what is loaded when the first gRPC client comes imports this file.
 */
export const scs = generated.cache.cache_client;
export const control = generated.control.control_client;
export const pubsub = generated.pubsub.cache_client.pubsub;
export const ping = generated.ping.cache_client;
export const auth = generated.auth.auth;
export const token = generated.token.token;
export const leaderboard = generated.leaderboard.leaderboard;
export const webhook = generated.webhook.webhook;

export const Empty = shared.common._Empty;

/** The message type of a message class. */
export type Of<T extends abstract new (...args: never[]) => unknown> = InstanceType<T>;
