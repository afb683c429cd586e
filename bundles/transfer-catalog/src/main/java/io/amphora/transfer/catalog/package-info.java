// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors

/**
 * The catalog of deliveries in SQL, on whatever {@code DataSource} service its settings name: embedded H2 or PostgreSQL.
 * {@link io.amphora.transfer.catalog.SqlCatalog} says what is asked, {@link io.amphora.transfer.catalog.Database} how a
 * question reaches the database, {@link io.amphora.transfer.catalog.Dialect} the little in which the two differ.
 */
package io.amphora.transfer.catalog;
