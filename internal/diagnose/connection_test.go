package diagnose_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
	"github.com/spcheck/spcheck/internal/fact"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/netfail"
	"github.com/spcheck/spcheck/internal/objects"
)

const graphHost = "graph.microsoft.com"

// ways are failed connections to Graph, with words of the advice.
func ways() map[string]*netfail.Error {
	bad := func(p netfail.CertificateProblem) *netfail.Certificate {
		return &netfail.Certificate{Problem: p, Issuer: "CN=Inspection", Subject: "CN=x", NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1e9, 0)}
	}
	return map[string]*netfail.Error{
		"firewall":     {Kind: netfail.Refused, Host: graphHost},
		"clock":        {Kind: netfail.TLS, Host: graphHost, Certificate: bad(netfail.OutsideDates)},
		"resolves":     {Kind: netfail.TLS, Host: graphHost, Certificate: bad(netfail.WrongHost)},
		"--ca-file":    {Kind: netfail.TLS, Host: graphHost, Certificate: bad(netfail.UnknownIssuer)},
		"--timeout 6m": {Kind: netfail.Timeout, Host: graphHost, After: context.DeadlineExceeded},
		"drops":        {Kind: netfail.Timeout, Host: graphHost},
		"HTTPS_PROXY":  {Kind: netfail.DNS, Host: graphHost, Proxy: "prxy.test:3128"},
		"unchanged":    {Kind: netfail.WrongAnswer, Host: graphHost, Reason: netfail.NotJSON, Page: &netfail.Page{Status: 403, Title: "Blocked"}},
	}
}

// If Graph cannot be reached, neither a permission nor another reader helps. The report
// says what failed, where, and what to type next.
func TestGraphOutOfReachIsNoMatterOfPermissions(t *testing.T) {
	t.Parallel()
	for want, n := range ways() {
		for _, code := range []string{"", "7000222", "7000215"} {
			f := noReader(world(code, intact))
			f.TimeLimit = 2 * time.Minute
			failure := &diagnose.Failure{Sentence: n.Text(), Network: n}
			f.ServicePrincipals = fact.Missing[[]objects.ServicePrincipal](failure)
			f.Application = fact.Missing[*objects.Application](failure)
			f.Reader.Tried = []diagnose.ReaderAttempt{{Name: "environment", Reason: n.Text()}}
			d := diagnose.Judge(f)
			first := d.RootCause.Remedies[0]
			next := first.Title.String() + " " + first.Commands[0].Command
			if !strings.Contains(next, want) || n.TimeLimit() != strings.HasSuffix(first.Commands[0].Command, "--timeout 6m") {
				t.Errorf("%s, AADSTS%s: the first step is %q", want, code, next)
			}
			if code == "" && !strings.Contains(d.RootCause.Summary.String(), n.Text().String()) {
				t.Errorf("%s: the report says %q", want, d.RootCause.Summary)
			}
			all := titles(d)
			for _, c := range d.Checks {
				all += c.Summary.String()
			}
			for _, wrong := range []string{"Application.Read.All", "--reader", "another reader"} {
				if strings.Contains(all, wrong) {
					t.Errorf("%s, AADSTS%s: the report speaks of %q: %s", want, code, wrong, all)
				}
			}
		}
	}
}

// The same is true if only the application could not be read.
func TestHalfOfGraphOutOfReach(t *testing.T) {
	t.Parallel()
	f := unreadApplication(world("7000222", intact, onPrincipal(password(keyA, "zzz", -400*day, -day))))
	n := &netfail.Error{Kind: netfail.Reset, Host: graphHost}
	f.Application = fact.Missing[*objects.Application](&diagnose.Failure{Sentence: n.Text(), Network: n})
	if all := titles(diagnose.Judge(f)); !strings.Contains(all, "graph.microsoft.com was cut") || strings.Contains(all, "reader") {
		t.Errorf("the steps are %s", all)
	}
}

// That no answer came in time is certain. Why is not, and a longer limit may be enough.
func TestTheOwnTimeLimitIsNoFirewall(t *testing.T) {
	t.Parallel()
	f := noReader(world("7000215", intact))
	f.TimeLimit = 3 * time.Second
	f.SignIn = fact.Of(diagnose.SignIn{Network: &netfail.Error{Kind: netfail.Timeout, Host: "login.microsoftonline.com", After: context.DeadlineExceeded}})
	c := diagnose.Judge(f).RootCause
	if s := c.Summary.String(); !strings.Contains(s, "3 seconds") || strings.Contains(s, "firewall") {
		t.Errorf("the report says %q", s)
	}
	if r := c.Remedies[0]; !strings.HasPrefix(r.Title.String(), "Allow more time") || r.Commands[0].Command != "spcheck diagnose --timeout 2m" {
		t.Errorf("%+v", r)
	}
}

// An answer of Graph is a matter of permissions.
func TestARefusalOfGraphHasNoConnectionAdvice(t *testing.T) {
	t.Parallel()
	f := noReader(world("7000215", intact))
	f.ServicePrincipals = fact.Missing[[]objects.ServicePrincipal](&diagnose.Failure{Sentence: msg.Literal("x"), Status: 403, Needs: "Application.Read.All"})
	if a := f.GraphAdvice(); !a.IsZero() {
		t.Errorf("%q", a)
	}
}
