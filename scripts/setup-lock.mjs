// One set-up at a time in a checkout: a file that names its owner, waited for, and taken over when its owner is gone.
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const pollMilliseconds = 200;
const patienceMilliseconds = 15 * 60_000;

/**
 * Runs `work` while holding the lock at `path`; waits while another living process holds it.
 * @template T
 * @param {string} path
 * @param {(text: string) => void} say
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, say, work) {
  mkdirSync(dirname(path), { recursive: true });
  for (let round = 0; !take(path); round++) {
    const owner = ownerOf(path);
    if (owner !== null && !lives(owner)) dropStale(path, owner);
    else {
      if (round === 0) say(`waiting for the set-up that process ${owner} runs`);
      if (round * pollMilliseconds > patienceMilliseconds)
        throw new Error(`${path} is held by process ${owner}; delete it if that is no set-up.`);
      await wait(pollMilliseconds);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** A hard link appears with its content or not at all, so nobody ever reads a lock without an owner. */
function take(path) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** @returns {number | null} null when the lock went away meanwhile */
function ownerOf(path) {
  try {
    return Number(readFileSync(path, "utf8")) || null;
  } catch {
    return null;
  }
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Moves the lock aside and looks again: another waiter may have replaced it between our look and our move. */
function dropStale(path, owner) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    if (ownerOf(aside) !== owner) linkSync(aside, path);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
