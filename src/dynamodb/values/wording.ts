/**
 * The service checks values in one of two ways, and the words differ (recorded in four regions, October
 * 2026): `current` for PutItem, UpdateItem, DeleteItem, GetItem, BatchGetItem and Query, `older` for
 * BatchWriteItem, Scan and the transactions.
 */
export type Wording = 'current' | 'older';
