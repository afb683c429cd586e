// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.itests.container;

import org.junit.runner.RunWith;
import org.junit.runners.Suite;

/** All that runs inside the container: as one suite, since classes that run by themselves start one container each. */
@RunWith(Suite.class)
@Suite.SuiteClasses({
    ContainerBoots.class,
    FilesAreUploaded.class,
    ExportersAreSwapped.class,
    ExportersAreSwappedUnderLoad.class,
    S3ExportersAreCorrected.class
})
public class ContainerIT {}
