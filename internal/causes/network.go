package causes

import "github.com/spcheck/spcheck/internal/msg"

func networkCauses() []Cause {
	return []Cause{
		{DNSFailure,
			msg.New("The host name of the sign-in service does not resolve."),
			msg.New("Check the name for typing mistakes and the DNS server of this machine.")},
		{ConnectionRefused,
			msg.New("The connection was refused."),
			msg.New("Check the address and port, the firewall and the proxy settings.")},
		{ConnectionTimeout,
			msg.New("The connection got no answer in time."),
			msg.New("Check whether a firewall drops the traffic and whether a proxy is needed (HTTPS_PROXY).")},
		{TLSUntrusted,
			msg.New("The TLS certificate of the answering server is not trusted here."),
			msg.New("If a proxy inspects the traffic, give its certificate authority with --ca-file; never switch the verification off.")},
		{ProxyAuthentication,
			msg.New("The proxy asks for authentication."),
			msg.New("Give the proxy's user name and password in HTTPS_PROXY, or exempt the sign-in hosts from it.")},
		{AnswerNotFromEntra,
			msg.New("Something between here and Entra answered in its place: a proxy, a portal or a filter."),
			msg.New("Let the traffic to the sign-in and Graph hosts pass unchanged.")},
	}
}
