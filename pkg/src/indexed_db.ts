// One IndexedDB database with one object store. Opened at the first use, which is after consent.

import type { KeyValueStore } from "./options.js";

const DATABASE = "skonto";
const STORE = "kept";

/** The browser's own store, null where there is none or it is denied. */
export function browserStore(): KeyValueStore | null {
  try {
    return typeof indexedDB === "object" ? indexedDbStore() : null;
  } catch {
    // Some browsers deny storage by a getter that throws.
    return null;
  }
}

function indexedDbStore(): KeyValueStore {
  let opened: Promise<IDBDatabase> | undefined;

  function open(): Promise<IDBDatabase> {
    opened ??= openDatabase(() => (opened = undefined));
    opened.catch(() => (opened = undefined));
    return opened;
  }

  return {
    get: async (key) => run(await open(), "readonly", (store) => store.get(key)),
    set: async (key, value) => void (await run(await open(), "readwrite", (store) => store.put(value, key))),
    delete: async (key) => void ((await exists()) && (await run(await open(), "readwrite", (store) => store.delete(key)))),
    clear: async () => {
      (await opened?.catch(() => undefined))?.close();
      opened = undefined;
      await settled(indexedDB.deleteDatabase(DATABASE));
    },
  };
}

function openDatabase(onClosed: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request).then((database) => {
    // Another tab that erases must not wait for this one.
    database.onversionchange = () => {
      database.close();
      onClosed();
    };
    database.onclose = onClosed;
    return database;
  });
}

// Opening creates, and erasing must not leave an empty database behind.
async function exists(): Promise<boolean> {
  const databases = await indexedDB.databases?.();
  return databases?.some(({ name }) => name === DATABASE) ?? true;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Waits for the transaction, not the request: a full disk shows only when it commits.
function run<T>(database: IDBDatabase, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode);
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}
