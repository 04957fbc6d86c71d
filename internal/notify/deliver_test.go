package notify_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/notify"
	"github.com/spcheck/spcheck/internal/result"
)

var now = time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)

// finding returns a finding about a credential that expires in some days, with owners.
func finding(name string, days int, owners ...string) result.Finding {
	f := result.Finding{Rule: "ending", Severity: result.SevWarning, Tenant: "contoso.example", ObjectID: "object of " + name, ObjectKind: "application",
		DisplayName: &name, KeyID: new("key of " + name), Kind: new("password"), EndDateTime: new(now.AddDate(0, 0, days)), Status: result.Expiring, Owners: &[]result.Owner{}}
	for _, o := range owners {
		*f.Owners = append(*f.Owners, result.Owner{ID: o, DisplayName: new("Owner " + o), Mail: &o})
	}
	return f
}

func scanOf(findings ...result.Finding) *result.Scan {
	s := &result.Scan{Findings: findings}
	s.GeneratedAt, s.Status = now, result.Warning
	s.Totals = result.ScanTotals{Tenants: 1, Warning: len(findings), Findings: len(findings)}
	return s
}

// saved is an earlier report.
type saved struct{ *result.Scan }

func (s saved) Findings(visit func(*result.Finding) error) ([]result.ScanTenant, *result.Notification, error) {
	for i := range s.Scan.Findings {
		if err := visit(&s.Scan.Findings[i]); err != nil {
			return nil, nil, err
		}
	}
	return s.Tenants, s.Notification, nil
}

func newsOf(t *testing.T, earlier, s *result.Scan, byOwner bool) *notify.News {
	t.Helper()
	var past *notify.Past
	var err error
	if earlier != nil {
		if past, err = notify.ReadPast(saved{earlier}); err != nil {
			t.Fatal(err)
		}
	}
	n, err := notify.ReadNews(s, past, byOwner)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Findings that were not delivered are new again for a scan with this report as its
// baseline, and findings that were delivered are not.
func TestWhatWasNotDeliveredIsSentByTheNextScan(t *testing.T) {
	server, client := certificate(t)
	sink := serveMail(t, "tls", server)
	s := &notify.Sender{TLS: client}
	order := notify.Order{Targets: []notify.Target{{Name: "environment MAIL", Address: address(t, mailURL("smtps", sink.addr, mailPassword))}}}
	earlier := scanOf(finding("Old", 3))
	first := scanOf(finding("Old", 3), finding("Payroll", 9))
	sink.refuse = func(string) error { return errors.New("closed") }
	first.Notification = s.Deliver(context.Background(), newsOf(t, earlier, first, false), order)
	if n := first.Notification; n.Status != result.NotificationFailed || n.Findings != 1 || n.Deliveries[0].Failed != 1 || n.Deliveries[0].Error.IsZero() {
		t.Fatalf("%+v", n)
	}
	sink.refuse = nil
	second := scanOf(finding("Old", 2), finding("Payroll", 8))
	second.Notification = s.Deliver(context.Background(), newsOf(t, first, second, false), order)
	if n := second.Notification; n.Status != result.NotificationSent || n.Pending != nil || len(sink.letters) != 1 ||
		!strings.Contains(sink.letters[0].text, "Payroll") || strings.Contains(sink.letters[0].text, "Old") {
		t.Fatalf("%+v, %+v", n, sink.letters)
	}
	third := scanOf(finding("Old", 1), finding("Payroll", 7))
	if n := s.Deliver(context.Background(), newsOf(t, second, third, false), order); n.Status != result.NothingNew || len(sink.letters) != 1 {
		t.Errorf("%+v, %d letters", n, len(sink.letters))
	}
}

// If one target fails, the others still get their messages.
func TestOneTargetFailsAlone(t *testing.T) {
	server, client := certificate(t)
	sink := serveMail(t, "tls", server)
	s := &notify.Sender{TLS: client}
	n := s.Deliver(context.Background(), newsOf(t, nil, scanOf(finding("Payroll", 9)), false), notify.Order{Targets: []notify.Target{
		{Name: "environment LOST", Problem: msg.New("the variable is not set")}, {Name: "environment MAIL", Address: address(t, mailURL("smtps", sink.addr, mailPassword))}}})
	if n.Status != result.NotificationFailed || n.Deliveries[1].Sent != 1 || len(sink.letters) != 1 || len(n.Pending.Findings) != 1 {
		t.Errorf("%+v", n)
	}
}

// Each owner gets a message about their own objects only, all over one connection.
// Findings without an owner go to the recipients in the URL.
func TestOwnersAreToldWhatIsTheirs(t *testing.T) {
	server, client := certificate(t)
	sink := serveMail(t, "tls", server)
	pauses := 0
	s := &notify.Sender{TLS: client, Sleep: func(context.Context, time.Duration) error { pauses++; return nil }}
	scan := scanOf(finding("Payroll", 9, "ann@example.com", "bob@example.com"), finding("Archive", 5, "Ann@example.com"),
		finding("Orphan", 4), finding("Nameless", 3, "no address"), finding("Header", 2, "eve@example.com\r\nBcc: x@example.com"))
	n := s.Deliver(context.Background(), newsOf(t, nil, scan, true), notify.Order{Targets: []notify.Target{{Name: "environment MAIL", Address: address(t, mailURL("smtps", sink.addr, mailPassword))}}})
	if n.Status != result.NotificationSent || n.WithoutMail != 3 || n.Deliveries[0].Sent != 3 || sink.connections != 1 || pauses != 2 {
		t.Fatalf("%+v, %d connections, %d pauses", n, sink.connections, pauses)
	}
	want := []struct{ to, has, hasNot string }{{"ann@example.com", "Archive Payroll", "Orphan"}, {"bob@example.com", "Payroll", "Archive"}, {"team@example.com night@example.com", "Orphan Nameless Header", "Payroll"}}
	for i, w := range want {
		l := sink.letters[i]
		if strings.Join(l.to, " ") != w.to || strings.Contains(l.text, w.hasNot) {
			t.Errorf("to %q:\n%s", l.to, l.text)
		}
		for name := range strings.FieldsSeq(w.has) {
			if !strings.Contains(l.text, name) {
				t.Errorf("%s does not hear of %s", w.to, name)
			}
		}
	}
}

// After an interruption, the next run sends only the messages that were not sent.
func TestInterruptedMailsToOwnersGoOn(t *testing.T) {
	server, client := certificate(t)
	sink := serveMail(t, "tls", server)
	var findings []result.Finding
	for i := range 10 {
		findings = append(findings, finding(fmt.Sprint("App", i), i+1, fmt.Sprintf("owner%d@example.com", i)))
	}
	order := notify.Order{Targets: []notify.Target{{Name: "environment MAIL", Address: address(t, mailURL("smtps", sink.addr, mailPassword))}}}
	ctx, cancel := context.WithCancel(context.Background())
	s := &notify.Sender{TLS: client, Sleep: func(context.Context, time.Duration) error {
		if len(sink.letters) == 4 {
			cancel()
		}
		return nil
	}}
	first := scanOf(findings...)
	first.Notification = s.Deliver(ctx, newsOf(t, nil, first, true), order)
	if n := first.Notification; n.Status != result.NotificationCutShort || n.Deliveries[0].Sent != 4 || n.Deliveries[0].Failed != 6 || len(n.Pending.Findings) != 6 {
		t.Fatalf("%+v", n)
	}
	n := s.Deliver(context.Background(), newsOf(t, first, scanOf(findings...), true), order)
	var told []string
	for _, l := range sink.letters {
		told = append(told, l.to...)
	}
	if slices.Sort(told); n.Status != result.NotificationSent || n.Deliveries[0].Sent != 6 || len(slices.Compact(told)) != 10 {
		t.Errorf("%+v, told %q", n, told)
	}
}

// If a server limits the mails on one connection, spcheck reconnects and sends nothing
// twice.
func TestServerThatHangsUpIsConnectedToAgain(t *testing.T) {
	server, client := certificate(t)
	sink := serveMail(t, "tls", server)
	sink.most = 3
	var findings []result.Finding
	for i := range 8 {
		findings = append(findings, finding(fmt.Sprint("App", i), i+1, fmt.Sprintf("owner%d@example.com", i)))
	}
	s := &notify.Sender{TLS: client, Sleep: func(context.Context, time.Duration) error { return nil }}
	n := s.Deliver(context.Background(), newsOf(t, nil, scanOf(findings...), true), notify.Order{Targets: []notify.Target{{Address: address(t, mailURL("smtps", sink.addr, mailPassword))}}})
	if n.Status != result.NotificationSent || n.Deliveries[0].Sent != 8 || len(sink.letters) != 8 || sink.connections < 3 {
		t.Errorf("%+v, %d letters on %d connections", n, len(sink.letters), sink.connections)
	}
}

// Owners whose mailbox no longer exists do not affect the others.
func TestOwnersWhoLeftCostTheOthersNothing(t *testing.T) {
	server, client := certificate(t)
	sink := serveMail(t, "tls", server)
	sink.refuse = func(to string) error {
		if to < "owner7" {
			return errors.New("no such mailbox")
		}
		return nil
	}
	var findings []result.Finding
	for i := range 9 {
		findings = append(findings, finding(fmt.Sprint("App", i), i+1, fmt.Sprintf("owner%d@example.com", i)))
	}
	s := &notify.Sender{TLS: client, Sleep: func(context.Context, time.Duration) error { return nil }}
	n := s.Deliver(context.Background(), newsOf(t, nil, scanOf(findings...), true), notify.Order{Targets: []notify.Target{{Address: address(t, mailURL("smtps", sink.addr, mailPassword))}}})
	if n.Status != result.NotificationFailed || n.Deliveries[0].Sent != 2 || n.Deliveries[0].Failed != 7 || len(sink.letters) != 2 || sink.connections != 1 {
		t.Errorf("%+v, %d letters on %d connections", n, len(sink.letters), sink.connections)
	}
}

// If the mail server is down, spcheck does not try it 20,000 times.
func TestDeadMailServerEndsTheMails(t *testing.T) {
	var findings []result.Finding
	for i := range 200 {
		findings = append(findings, finding(fmt.Sprint("App", i), i+1, fmt.Sprintf("owner%d@example.com", i)))
	}
	tries := 0
	_, client := certificate(t)
	s := &notify.Sender{TLS: client, Sleep: func(context.Context, time.Duration) error { tries++; return nil }}
	n := s.Deliver(context.Background(), newsOf(t, nil, scanOf(findings...), true), notify.Order{Targets: []notify.Target{{Address: address(t, mailURL("smtps", "127.0.0.1:1", mailPassword))}}})
	if tries != 5 || n.Deliveries[0].Failed != 200 || len(n.Pending.Findings) != 200 {
		t.Errorf("%d tries, %+v", tries, n)
	}
}

// A dry run shows the recipients and sends nothing; the next run sends the messages.
func TestDryRunSendsNothing(t *testing.T) {
	var out bytes.Buffer
	s := &notify.Sender{}
	order := notify.Order{Dry: &out, Targets: []notify.Target{{Name: "environment MAIL", Address: address(t, mailURL("smtps", "127.0.0.1:1", mailPassword))}}}
	n := s.Deliver(context.Background(), newsOf(t, nil, scanOf(finding("Payroll", 9, "ann@example.com")), true), order)
	if n.Status != result.NotificationPlanned || n.Deliveries[0].Sent != 0 || len(n.Pending.Findings) != 1 {
		t.Errorf("%+v", n)
	}
	if got := out.String(); !strings.Contains(got, "environment variable MAIL: ann@example.com") || !strings.Contains(got, "Payroll") || strings.Contains(got, mailPassword) || strings.Contains(got, "127.0.0.1") {
		t.Error(got)
	}
}

// A template produces the message, and a mistake in it is reported with its line.
func TestTemplates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letter.txt")
	write := func(text string) (*notify.Template, error) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return notify.ReadTemplate(path)
	}
	for text, want := range map[string]string{"Hello\n{{.Nothing}}": "template:2", "{{range .Findings}}": "template:1", "{{printf \"%999999999d\" 1}}": "not available", "a\n\n{{range .Findings}}{{.Secret}}{{end}}": "template:3"} {
		if _, err := write(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	tmpl, err := write("Subject: {{.Count}} for {{.Owner}}\r\n\r\nDear {{.Owner}},\r\n{{range .Findings}}{{.Name}} {{.Expires}}\r\n{{end}}")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	evil := finding("Pay\r\nroll http://evil.example", 9, "ann@example.com")
	(&notify.Sender{}).Deliver(context.Background(), newsOf(t, nil, scanOf(evil), true), notify.Order{Dry: &out, Template: tmpl, Targets: []notify.Target{{Address: address(t, mailURL("smtps", "127.0.0.1:1", mailPassword))}}})
	if got := out.String(); !strings.Contains(got, "1 for Owner ann@example.com\n\nDear Owner ann@example.com,\nPay\\r\\nroll http[:]//evil.example 2026-12-07") {
		t.Error(got)
	}
}
