// How much of everything. They stand in a file without imports because the bundler then puts each number in place of its name.

/** The largest model file, in bytes. */
export const MAX_MODEL_BYTES = 262_144;
/** The largest stored profile, in bytes. */
export const MAX_PROFILE_BYTES = 4_096;
/** The longest id. */
export const MAX_ID = 256;
/** The longest key of a shopper. */
export const MAX_SHOPPER_KEY = 256;
/** The longest field of those that name a group. */
export const MAX_GROUP_FIELD = 200;
/** Characters of a search or a name that count. */
export const MAX_CHARACTERS = 256;
/** The most lines the engine takes in one event; GA4 itself stops at 200. */
export const MAX_ITEMS = 1_000;
/** Events remembered until a kept profile was looked for. */
export const MAX_EARLY = 100;
/** Answers remembered of one kind; a crawler of a hundred thousand products must not fill the memory. */
export const MAX_KNOWN = 4_096;
/** A store that hangs must not hold up the page longer than this. */
export const STORE_PATIENCE_MS = 1_000;
/** A download takes no longer than this. */
export const DOWNLOAD_PATIENCE_MS = 3_000;
/** A day: no server is obeyed that asks to be left alone for longer. */
export const MAX_RETRY_AFTER_MS = 86_400_000;
/** Minutes between two looks for a model where none are given. */
export const DEFAULT_MINUTES = 60;
/** What a minute is to a clock. */
export const MS_PER_MINUTE = 60_000;
