// Files of encrypted rooms (Client-Server API, "Sending encrypted attachments"): AES-CTR with a key of its own for
// each, and the hash of the ciphertext beside the key in the message.

const { subtle } = globalThis.crypto;
const COUNTER_BITS = 64;

// Gives the ciphertext, and what the message says of it, without its address.
export async function lock(data) {
    const key = await subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
    const iv = new Uint8Array(16);
    globalThis.crypto.getRandomValues(iv.subarray(0, 8));
    const locked = await subtle.encrypt({ name: "AES-CTR", counter: iv, length: COUNTER_BITS }, key, data);
    return [
        Buffer.from(locked),
        { v: "v2", key: await subtle.exportKey("jwk", key), iv: unpadded(iv), hashes: { sha256: await hash(locked) } },
    ];
}

// Fails where the ciphertext is not the one of which the message speaks.
export async function unlock(locked, { v, key, iv, hashes }) {
    if (v !== "v2" || key.alg !== "A256CTR") {
        throw new Error(`a file is encrypted in an unknown way: ${v}, ${key.alg}`);
    }
    if (hashes.sha256.replace(/=+$/, "") !== (await hash(locked))) {
        throw new Error("a file is not the one of which the message speaks: its hash differs");
    }
    const imported = await subtle.importKey("jwk", key, { name: "AES-CTR" }, false, ["decrypt"]);
    const counter = Buffer.from(iv, "base64");
    return Buffer.from(await subtle.decrypt({ name: "AES-CTR", counter, length: COUNTER_BITS }, imported, locked));
}

async function hash(data) {
    return unpadded(await subtle.digest("SHA-256", data));
}

function unpadded(bytes) {
    return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}
