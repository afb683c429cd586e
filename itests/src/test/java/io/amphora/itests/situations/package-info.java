/**
 * The contract of {@code docs/protocol.md}, situation by situation, on a raw socket against the real distribution: a
 * {@link io.amphora.itests.situations.Device} sends one command, and the next only when it has the result. {@link
 * io.amphora.itests.situations.SituationsIT} runs them all on one broker.
 */
package io.amphora.itests.situations;
