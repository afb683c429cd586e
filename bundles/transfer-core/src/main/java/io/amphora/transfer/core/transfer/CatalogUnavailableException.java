// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.transfer.core.transfer;

import java.io.IOException;

/** The catalog could not be asked a moment ago, which was logged then, and is not asked again so soon. */
public final class CatalogUnavailableException extends IOException {

    private static final long serialVersionUID = 1;

    /** @param earlier why it could not be asked */
    public CatalogUnavailableException(IOException earlier) {
        super("the catalog cannot be asked: " + earlier.getMessage());
    }
}
