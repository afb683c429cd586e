// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/** What a client asks for and what it is told: topics become typed commands here, once, and answers get their words. */
package io.amphora.transfer.core.command;
