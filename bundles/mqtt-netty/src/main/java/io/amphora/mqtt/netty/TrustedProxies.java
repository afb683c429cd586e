// SPDX-License-Identifier: Apache-2.0
// Copyright the Amphora authors
package io.amphora.mqtt.netty;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** The addresses from which a PROXY header is believed. Immutable. */
record TrustedProxies(List<IpSubnetFilterRule> networks) {

    TrustedProxies {
        networks = List.copyOf(networks);
    }

    /**
     * Reads addresses and networks, like {@code 10.0.0.5} and {@code fd00::/8}.
     *
     * @throws IllegalArgumentException naming the setting, if there are none or one is not an address
     */
    static TrustedProxies of(List<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("proxy_addresses is empty");
        }
        return new TrustedProxies(texts.stream().map(TrustedProxies::network).toList());
    }

    private static IpSubnetFilterRule network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            if (!NetUtil.isValidIpV4Address(address) && !NetUtil.isValidIpV6Address(address)) {
                throw new IllegalArgumentException(address); // a name would be looked up
            }
            int whole = address.indexOf(':') < 0 ? 32 : 128;
            int prefix = slash < 0 ? whole : Integer.parseInt(text.substring(slash + 1));
            return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("proxy_addresses: " + text + " is neither address nor network", e);
        }
    }

    boolean trust(SocketAddress peer) {
        return peer instanceof InetSocketAddress address
                && networks.stream().anyMatch(network -> network.matches(address));
    }
}
