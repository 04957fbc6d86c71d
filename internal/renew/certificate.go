package renew

import (
	"context"

	"github.com/spcheck/spcheck/internal/graph"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/renew/journal"
	"github.com/spcheck/spcheck/internal/renew/keyfile"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
)

// CertificateRequest describes the renewal of a certificate.
type CertificateRequest struct {
	Renewal
	// To is the file that the product reads. It may be nil for a dry run, and for a
	// run that resumes.
	To *keyfile.File
	// Parse parses a file name that an earlier run recorded.
	Parse func(spec string) (*keyfile.File, error)
}

// The further moments of a run that renews a certificate.
const (
	atMade    point = "made"    // the file with the key is whole
	atAsking  point = "asking"  // the journal knows that Graph is asked
	atPlacing point = "placing" // the journal knows that the file takes its place
	atPlaced  point = "placed"  // it has
)

// The steps, by their place in the list; the first is stepPreflight.
const (
	certMake   = 1
	certAdd    = 2
	certVerify = 3
	certPlace  = 4
)

func certificateSteps() []result.Step {
	return []result.Step{
		blank("preflight", msg.New("Preflight")),
		blank("make", msg.New("Create")),
		blank("add", msg.New("Add")),
		blank("verify", msg.New("Verify")),
		blank("place", msg.New("Install")),
		blank("report", msg.New("Report")),
	}
}

// certRun renews a certificate. Unlike a secret, the key is in a file before anything is
// added to Entra, so no interruption can lose it, and an unfinished renewal is always
// continued.
type certRun struct {
	*run
	to    *keyfile.File
	parse func(spec string) (*keyfile.File, error)
	// held is what the file contains at the start.
	held keyfile.Held
	// made is the new certificate with its key.
	made secrets.Credential
	// own is the configured certificate, if the application itself acts and can prove
	// possession of it.
	own *secrets.Credential
	// seen are the certificates of the object as the preflight saw them.
	seen *graph.KeyList
	// asked means that a request may have added the certificate, although no answer
	// confirmed it.
	asked bool
}

// RenewCertificate renews a certificate. The report is complete in any case; the
// error, a *fail.Error or the context's, says what ended the run early.
func RenewCertificate(ctx context.Context, req CertificateRequest) (*result.CertificateRenewal, error) {
	r := &certRun{to: req.To, parse: req.Parse, run: newRun(Request{Renewal: req.Renewal}, certificateSteps())}
	r.kind, r.suits, r.next = journal.Certificate, r.suitable, r.whatNext
	err := r.take(ctx, r)
	r.finish(ctx, err)
	res := &result.CertificateRenewal{Renewal: *r.res}
	if r.entry != nil && r.entry.Thumbprint != "" {
		res.Thumbprint = &r.entry.Thumbprint
	}
	return res, err
}

func (r *certRun) replace(ctx context.Context) error {
	r.dropMade()
	if err := r.make(ctx); err != nil {
		return err
	}
	if err := r.add(ctx); err != nil {
		return err
	}
	return r.proveAndPlace(ctx)
}

// proveAndPlace is what a resumed run shares with a whole one.
func (r *certRun) proveAndPlace(ctx context.Context) error {
	if err := r.verify(ctx); err != nil {
		return err
	}
	if r.added.KeyID == "" {
		if c, listed := r.look(ctx); listed {
			r.noteAdded(c)
		}
	}
	if err := r.place(ctx); err != nil {
		return err
	}
	r.conclude()
	r.reached(atClosed)
	r.res.Outcome = result.Renewed
	return r.afterwards(ctx)
}

// save writes down what is about to be done.
func (r *certRun) save(stage journal.Stage) error {
	r.entry.Stage = stage
	return r.Store.Save(r.entry)
}
