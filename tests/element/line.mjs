// The way to the homeserver. While the person looks away no `/sync` is under way, and all else still is: so the
// homeserver keeps what it has for this device, and the SDK only finds that its poll takes long.

const LOOKED_AWAY = "looked away";

export class Line {
    #back = null;
    #poll = null;

    lookAway() {
        this.#back ??= Promise.withResolvers();
        this.#poll?.abort(LOOKED_AWAY);
    }

    lookBack() {
        this.#back?.resolve();
        this.#back = null;
    }

    fetch = (address, options) => {
        const follows = new URL(address).pathname.endsWith("/sync");
        return follows ? this.#follow(address, options) : fetch(address, options);
    };

    async #follow(address, options) {
        for (;;) {
            await this.#back?.promise;
            options.signal?.throwIfAborted();
            const poll = (this.#poll = new AbortController());
            options.signal?.addEventListener("abort", () => poll.abort(), { once: true });
            try {
                return await whole(await fetch(address, { ...options, signal: poll.signal }));
            } catch (error) {
                if (poll.signal.reason !== LOOKED_AWAY) {
                    throw error;
                }
            }
        }
    }
}

// The whole answer, or none: nobody hears half of it and then looks away.
async function whole(answer) {
    const { status, statusText, headers } = answer;
    return new Response(await answer.arrayBuffer(), { status, statusText, headers });
}
