// What the SDK finds in a browser or in a newer Node: import this before it. Node 18, as Debian 12 has it, is enough.

import { Console } from "node:console";
import { webcrypto } from "node:crypto";

// The SDK writes its log to the console, and standard output belongs to the protocol. Of the log only trouble is kept.
globalThis.console = new Console(process.stderr, process.stderr);
for (const chatter of ["trace", "debug", "info", "log"]) {
    console[chatter] = () => {};
}

globalThis.crypto ??= webcrypto;

Promise.withResolvers ??= function () {
    let resolve, reject;
    const promise = new Promise((fulfil, refuse) => ([resolve, reject] = [fulfil, refuse]));
    return { promise, resolve, reject };
};

// A browser writes these into its console and goes on, and so does Element.
process.on("unhandledRejection", (reason) => console.error("Unhandled:", reason));
