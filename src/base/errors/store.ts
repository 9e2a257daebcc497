import type { ErrorKind } from "./error-kind.ts";

/** Database, artifacts, secrets, addresses outside. */
export const storeErrors = {
  // The store
  SLW_STORE_NEWER: {
    status: 500,
    title: "A newer release of Slipway has changed this database.",
    fix: "Start the newer release, or restore a backup that was made before it.",
  },

  SLW_EVENT_CURSOR: {
    status: 410,
    title: "The events after the cursor are not kept any more.",
    fix: "Read what you follow anew with the lists of the API, then the events without a cursor: they are kept for 90 days.",
  },
  SLW_STORE_PLATFORM: {
    status: 500,
    title: "The embedded PostgreSQL does not run on this platform.",
    fix: "Set DATABASE_URL to a PostgreSQL 14 or newer of your own.",
  },
  SLW_STORE_FOLDER: {
    status: 500,
    title: "A folder that the database needs cannot be used.",
    fix: "Give Slipway a data folder that it may write to.",
  },
  SLW_STORE_START: {
    status: 500,
    title: "The embedded PostgreSQL does not start.",
    fix: "Read the log that the message names; check that the disk has room and that memory is left.",
  },
  SLW_STORE_OWNED: {
    status: 409,
    title: "Another server uses this data folder.",
    fix: "Stop that server (slipway down), or give this one a data folder of its own with --data.",
  },
  SLW_STORE_UNREACHABLE: {
    status: 503,
    title: "The database cannot be reached.",
    fix: "Check DATABASE_URL, and that the database runs and takes connections from this machine.",
  },
  SLW_STORE_VERSION: {
    status: 500,
    title: "The database is too old.",
    fix: "Use PostgreSQL 14 or newer.",
  },
  SLW_STORE_ENCODING: {
    status: 500,
    title: "The database does not hold text as UTF-8.",
    fix: "Make it anew: CREATE DATABASE slipway ENCODING 'UTF8' TEMPLATE template0;",
  },
  SLW_STORE_BACKUP: {
    status: 400,
    title: "This is no whole backup of a database.",
    fix: "Copy the backup again, or use another one.",
  },
  SLW_STORE_RESTORE: {
    status: 409,
    title: "The backup cannot be restored into this database.",
    fix: "Restore into a new data folder or an empty database, with the release of Slipway that made the backup.",
  },

  // Artifacts
  SLW_ARTIFACT_LOCATION: {
    status: 400,
    title: "Artifacts cannot be kept there.",
    fix: "Name a folder, or s3://bucket/prefix with a bucket that exists.",
  },
  SLW_ARTIFACT_ID: {
    status: 400,
    title: "The text is no sha256.",
    fix: "Give the sha256 as 64 lower-case hexadecimal digits.",
  },
  SLW_ARTIFACT_NOT_FOUND: {
    status: 404,
    title: "No artifact has this sha256.",
    fix: "Check the sha256; artifacts that nothing refers to are removed after a while.",
  },
  SLW_ARTIFACT_RANGE: {
    status: 416,
    title: "The artifact does not have these bytes.",
    fix: "Ask for bytes within the size of the artifact.",
  },
  SLW_ARTIFACT_MISMATCH: {
    status: 400,
    title: "The bytes that came are not those that were announced.",
    fix: "Send the file again, with its own size and sha256.",
  },
  SLW_ARTIFACT_TOO_LARGE: {
    status: 413,
    title: "The upload has more bytes than are taken.",
    fix: "Send a smaller file, or several.",
  },
  SLW_ARTIFACT_ABORTED: {
    status: 499,
    title: "The upload ended before its last byte; nothing of it was kept.",
    fix: "Send the file again.",
  },
  SLW_ARTIFACT_NO_SPACE: {
    status: 507,
    title: "The disk of the artifacts is full.",
    fix: "Free space there, then send the file again; nothing has to be restarted.",
  },
  SLW_ARTIFACT_CORRUPT: {
    status: 500,
    title: "An artifact is damaged: its bytes do not match its sha256.",
    fix: "Check the disk, then put the same file again, or restore a backup.",
  },
  SLW_ARTIFACT_UNAVAILABLE: {
    status: 503,
    title: "The artifact store fails.",
    fix: "See the reason in the message: slipway doctor checks the disk or server of the artifacts.",
  },

  // URLs that a user gives
  SLW_OUTBOUND_URL: {
    status: 400,
    title: "The URL cannot be fetched.",
    fix: "Give an https:// URL without user name and password; http needs its origin in the allow-list.",
  },
  SLW_OUTBOUND_ADDRESS: {
    status: 403,
    title: "The URL leads to an address that is not public.",
    fix: "Give a URL on the public internet, or have an administrator add its origin to the allow-list.",
  },
  SLW_OUTBOUND_RESOLVE: {
    status: 502,
    title: "The name in the URL has no address.",
    fix: "Check the spelling of the host name and that this server can resolve it.",
  },
  SLW_OUTBOUND_REDIRECT: {
    status: 502,
    title: "The URL redirects too often, or nowhere.",
    fix: "Give the URL that the redirects end at.",
  },
  SLW_OUTBOUND_TOO_LARGE: {
    status: 502,
    title: "The answer has more bytes than are taken.",
    fix: "Give the URL of a smaller file.",
  },
  SLW_OUTBOUND_TIMEOUT: {
    status: 504,
    title: "The server at the URL did not answer in time.",
    fix: "Try again later, or check that the server at the URL works.",
  },
  SLW_OUTBOUND_FAILED: {
    status: 502,
    title: "The server at the URL cannot be reached, or broke off.",
    fix: "Check that the server at the URL works and that its certificate is valid.",
  },

  // Secrets at rest
  SLW_SECRET_KEY: {
    status: 500,
    title: "The key for secrets cannot be used.",
    fix: "Set SLIPWAY_SECRET_KEY to 64 hexadecimal digits, or leave it out and see that secret.key in the data folder is the server's alone.",
  },
  SLW_SECRET_UNREADABLE: {
    status: 500,
    title: "A stored secret cannot be decrypted.",
    fix: "Start the server with the key that it was stored with (SLIPWAY_SECRET_KEY or secret.key), or enter the credentials again.",
  },
} as const satisfies Record<string, ErrorKind>;
