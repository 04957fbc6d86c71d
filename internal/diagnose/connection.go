package diagnose

import (
	"errors"
	"strconv"
	"time"

	"github.com/spcheck/spcheck/internal/causes"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/result"
)

// GraphAdvice says what to do if Microsoft Graph could not be reached, failed or answered
// too late. In these cases neither a permission nor another reader helps. Otherwise it is
// zero.
func (f *Facts) GraphAdvice() msg.Text {
	failed := f.unread()
	if failed == nil {
		return msg.Text{}
	}
	cause, _ := failed.meaning()
	return f.connectionAdvice(cause, failed.Network)
}

// unread is why an object could not be read from Microsoft Graph, if it was not refused.
func (f *Facts) unread() *Failure {
	for _, err := range []error{f.ServicePrincipals.Err(), f.Application.Err()} {
		var failed *Failure
		if !errors.As(err, &failed) {
			continue
		}
		if cause, _ := failed.meaning(); cause.Is(causes.Network) || failed.Network != nil {
			return failed
		}
	}
	return nil
}

// readAgain says what to do if Microsoft Graph could not be reached. ok is false otherwise.
func (v *view) readAgain() (step result.Remedy, ok bool) {
	failed := v.unread()
	if failed == nil {
		return step, false
	}
	return remedy(msg.New("The credentials could not be read from Microsoft Graph (%s): %s. %s Then check again", v.Setup.GraphEndpoint, failed.Sentence, v.GraphAdvice()),
		v.again(failed.Network)...), true
}

// connectionAdvice says what to do about a failed connection. n is nil if the service itself
// answered that it fails.
func (f *Facts) connectionAdvice(cause causes.ID, n *netfail.Error) msg.Text {
	generic, _ := causes.Lookup(cause)
	switch {
	case n == nil:
	case n.TimeLimit():
		return msg.New("Allow more time, for example --timeout %s. If there is still no answer, check whether a firewall drops the traffic and whether a proxy is needed (HTTPS_PROXY).", f.longer())
	case n.Kind == netfail.ProxyAddress:
		return msg.New("Set HTTPS_PROXY to the form http://HOST:PORT or http://USER:PASSWORD@HOST:PORT. In the password, write special characters in percent-encoding, such as %s for @.", "%40")
	case n.Proxy != "" && generic.ID != causes.ProxyAuthentication && n.Kind != netfail.ProxyRefused && n.Kind != netfail.TLS:
		return msg.New("Check the address in HTTPS_PROXY, and whether the proxy is running. If no proxy is needed, remove HTTPS_PROXY.")
	case n.Certificate != nil:
		return f.certificateAdvice(n, generic.Remedy)
	case cause == causes.Unknown:
		return msg.New("Check the firewalls and proxies in between. --debug shows each request.")
	}
	return generic.Remedy
}

func (f *Facts) certificateAdvice(n *netfail.Error, generic msg.Text) msg.Text {
	switch n.Certificate.Problem {
	case netfail.OutsideDates:
		return msg.New("This machine's clock says %s. If that is wrong, correct the clock. If it is right, the server, or a proxy in between, must get a valid certificate.", f.Now)
	case netfail.WrongHost:
		return msg.New("Check which address the name resolves to (DNS, hosts file), and whether a proxy or filter in between answers instead. Another certificate authority does not help.")
	}
	return generic
}

// longer is a value for --timeout that allows more time than this run had.
func (f *Facts) longer() string {
	return strconv.Itoa(int(max(2*time.Minute, 3*f.TimeLimit).Minutes())) + "m"
}

// reconnect says what to do about a failed connection, and how to check that it helped.
func (v *view) reconnect(d *verdict) []result.Remedy {
	return []result.Remedy{remedy(msg.New("%s Then check again", d.remedy), v.again(d.failed)...)}
}

// again repeats this run, with more time if that was too short.
func (f *Facts) again(n *netfail.Error) []result.Command {
	if n != nil && n.TimeLimit() {
		return result.Typed("spcheck", "diagnose", "--timeout", f.longer())
	}
	return result.Typed("spcheck", "diagnose")
}
