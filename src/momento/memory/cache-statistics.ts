/** How a cache does. The counts begin with the process. */
export interface CacheStatistics {
  items: number;
  /** Bytes of the items: keys, values and a header each. */
  bytes: number;
  /** Bytes of memory held for items and index; never more than `maxBytes`. */
  memoryBytes: number;
  maxBytes: number;
  hits: number;
  misses: number;
  /** Items that went for want of memory. */
  evictions: number;
  /** Items that went because their time was over. */
  expirations: number;
}
