/**
 * Names that must be quoted: the keywords of PartiQL's grammar (recorded with DynamoDB Local, one by one).
 * `true`, `false`, `null` and `missing` are literals.
 */
const KEYWORDS = new Set(
  (
    'absolute action add all allocate alter and any are as asc assertion at authorization avg bag begin ' +
    'between bit bit_length blob bool boolean by cascade cascaded case cast catalog char char_length ' +
    'character character_length check clob close coalesce collate collation column commit conflict ' +
    'connect connection constraint constraints continue convert corresponding count create cross current ' +
    'current_date current_time current_timestamp current_user cursor date date_add date_diff deallocate ' +
    'dec decimal declare default deferrable deferred delete desc describe descriptor diagnostics ' +
    'disconnect distinct do domain double drop else end escape except exception exec execute exists ' +
    'external extract fetch first float for foreign found from full get global go goto grant group having ' +
    'identity immediate in index indicator initially inner input insensitive insert int int4 int8 integer ' +
    'intersect interval into is isolation join key language last left let level like limit list local ' +
    'lower match max min modified module names national natural nchar new next no not nothing nullif ' +
    'numeric octet_length of old on only open option or order outer output overlaps pad partial pivot ' +
    'position precision prepare preserve primary prior privileges procedure public read real references ' +
    'relative remove restrict returning revoke right rollback rows schema scroll section select session ' +
    'session_user set sexp size smallint some space sql sqlcode sqlerror sqlstate string struct substring ' +
    'sum symbol system_user table temporary then time timestamp to transaction translate translation trim ' +
    'tuple union unique unknown unpivot update upper usage user using value values varchar varying view ' +
    'when whenever where with work write zone'
  ).split(' '),
);

/** Keywords that may be called like functions. */
const FUNCTIONS = new Set(
  (
    'exists size count avg max min sum coalesce nullif upper lower char_length character_length ' +
    'bit_length octet_length'
  ).split(' '),
);

/** Keywords that the grammar reads as one, by the first. */
const PAIRS: ReadonlyMap<string, readonly string[]> = new Map([
  ['insert', ['into']],
  ['is', ['not']],
  ['not', ['in', 'between', 'like']],
  ['double', ['precision']],
  ['character', ['varying']],
]);

/** Types behind IS, as the service's message calls them; the value is DynamoDB's type where it has one. */
export const TYPES: ReadonlyMap<string, { readonly name: string; readonly type?: string }> =
  new Map<string, { name: string; type?: string }>([
    ['missing', { name: 'MISSING' }],
    ['null', { name: 'NULL', type: 'NULL' }],
    ['bool', { name: 'BOOLEAN', type: 'BOOL' }],
    ['boolean', { name: 'BOOLEAN', type: 'BOOL' }],
    ['blob', { name: 'BLOB', type: 'B' }],
    ['string', { name: 'STRING', type: 'S' }],
    ['numeric', { name: 'NUMERIC', type: 'N' }],
    ['struct', { name: 'STRUCT', type: 'M' }],
    ['tuple', { name: 'TUPLE', type: 'M' }],
    ['list', { name: 'LIST', type: 'L' }],
    ['smallint', { name: 'SMALLINT' }],
    ['int4', { name: 'INTEGER4' }],
    ['int8', { name: 'INTEGER8' }],
    ['int', { name: 'INTEGER' }],
    ['integer', { name: 'INTEGER' }],
    ['float', { name: 'FLOAT' }],
    ['real', { name: 'REAL' }],
    ['double precision', { name: 'DOUBLE_PRECISION' }],
    ['decimal', { name: 'DECIMAL' }],
    ['dec', { name: 'DECIMAL' }],
    ['timestamp', { name: 'TIMESTAMP' }],
    ['character', { name: 'CHARACTER' }],
    ['char', { name: 'CHARACTER' }],
    ['character varying', { name: 'CHARACTER_VARYING' }],
    ['varchar', { name: 'CHARACTER_VARYING' }],
    ['symbol', { name: 'SYMBOL' }],
    ['clob', { name: 'CLOB' }],
    ['sexp', { name: 'SEXP' }],
    ['bag', { name: 'BAG' }],
    ['any', { name: 'ANY' }],
    ['date', { name: 'DATE' }],
    ['time', { name: 'TIME' }],
  ]);

/** `word`: in small letters. */
export const isKeyword = (word: string): boolean => KEYWORDS.has(word);

/** Whether a keyword may be called. */
export const isFunction = (keyword: string): boolean => FUNCTIONS.has(keyword);

/** Whether two keywords, one behind the other, are read as one. */
export const isPair = (first: string, second: string): boolean =>
  PAIRS.get(first)?.includes(second) ?? false;
