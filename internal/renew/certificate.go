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

// CertificateRequest describes how to renew a certificate.
type CertificateRequest struct {
	Renewal
	// To is the file that the product reads. It may be nil with DryRun or Resume.
	To *keyfile.File
	// Parse parses the name of a file that an earlier run recorded, such as
	// pem:/etc/product/cert.pem.
	Parse func(spec string) (*keyfile.File, error)
}

// The points that only the renewal of a certificate has.
const (
	atMade    point = "made"    // the file with the new key is complete
	atAsking  point = "asking"  // the journal records that Graph is about to be asked
	atPlacing point = "placing" // the journal records that the file is about to be installed
	atPlaced  point = "placed"  // the file is installed
)

// The steps of a certificate's renewal after stepPreflight, by their index in the report.
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

// certRun renews a certificate. Its key is written to a file before anything is added to
// Entra, so an interruption cannot lose it. Unlike the renewal of a secret, an unfinished
// one can always be continued.
type certRun struct {
	*run
	to    *keyfile.File
	parse func(spec string) (*keyfile.File, error)
	// held describes the old content of the file.
	held keyfile.Held
	// made is the new certificate with its key.
	made secrets.Credential
	// own is the configured certificate, if the application itself acts and can prove that
	// it has its key.
	own *secrets.Credential
	// seen are the certificates that the object had when they were last read.
	seen *graph.KeyList
	// asked means that a request may have added the certificate, but was not confirmed.
	asked bool
}

// RenewCertificate renews a certificate. The report is always complete. The error says what
// ended the run early; it is a *fail.Error or the error of the context.
func RenewCertificate(ctx context.Context, req CertificateRequest) (*result.CertificateRenewal, error) {
	r := &certRun{run: newRun(req.Renewal, journal.Certificate, certificateSteps()), to: req.To, parse: req.Parse}
	err := r.renew(ctx, r)
	r.finish(ctx, r, err)
	res := &result.CertificateRenewal{Renewal: *r.res}
	if r.entry != nil && r.entry.Thumbprint != "" {
		res.Thumbprint = &r.entry.Thumbprint
	}
	return res, err
}

// prepare implements procedure.
func (*certRun) prepare() {}

func (r *certRun) replace(ctx context.Context) error {
	r.discardNew()
	if err := r.create(ctx); err != nil {
		return err
	}
	if err := r.add(ctx); err != nil {
		return err
	}
	return r.proveAndPlace(ctx)
}

// proveAndPlace does what remains after the certificate was added, in a new or a resumed
// run.
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
	r.recordProof()
	r.closeJournal()
	r.reached(atClosed)
	r.res.Outcome = result.Renewed
	return r.afterwards(ctx)
}
