package where_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/where"
)

// Folders that .gitignore leaves out are counted and not searched, files that it
// leaves out are searched, links are not followed, and what cannot be read is
// named.
func TestWalk(t *testing.T) {
	c := newCorpus()
	root := t.TempDir()
	text := fill(forms["dotenv/.env"], appID, c.expired)
	write(t, root, ".gitignore", "build/\n.env\n!kept/\n")
	write(t, root, ".env", text)
	write(t, root, "build/.env", text)
	write(t, root, "sub/node_modules/x/.env", text)
	write(t, root, "sub/data.bin", "\x00\x01"+text)
	if err := os.Symlink(root, filepath.Join(root, "sub", "loop")); err != nil {
		t.Log("no links here:", err)
	}
	closed := write(t, root, "closed.env", text)
	_ = os.Chmod(closed, 0)
	w := search(t, c.app, where.Files{Paths: []string{root}})
	wantPlaces, wantUnreadable := 1, 1
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		wantPlaces, wantUnreadable = 2, 0 // nothing is closed to this user
	}
	if len(w.Places) != wantPlaces || len(w.Unreadable) != wantUnreadable || w.Searched.IgnoredFolders != 2 || w.Searched.Binary != 1 {
		t.Errorf("%+v", w)
	}
	if all := search(t, c.app, where.Files{Paths: []string{root}, All: true}); len(all.Places) != wantPlaces+2 {
		t.Errorf("with all: %+v", all.Places)
	}
	none := search(t, c.app, where.Files{Paths: []string{filepath.Join(root, "absent")}})
	if none.Settle(); none.Status != result.Unknown || len(none.Unreadable) != 1 {
		t.Errorf("%+v", none)
	}
}

// A file of many windows has the right lines, and no place twice.
func TestLongFile(t *testing.T) {
	c := newCorpus()
	var b strings.Builder
	line := strings.Repeat("nothing to see here ", 50) + "\n"
	wantLines := map[int]bool{}
	for i := 1; i <= 12_000; i++ {
		if i%1100 == 0 {
			b.WriteString("clientSecret=" + c.expired + " clientId=" + appID + "\n")
			wantLines[i] = true
			continue
		}
		b.WriteString(line)
	}
	path := write(t, t.TempDir(), "sync.log", b.String())
	w := search(t, c.app, where.Files{Paths: []string{path}})
	for _, p := range w.Places {
		if !wantLines[*p.Line] {
			t.Errorf("line %d", *p.Line)
		}
		delete(wantLines, *p.Line)
	}
	if len(wantLines) > 0 {
		t.Errorf("missed %v", wantLines)
	}
	one := strings.Repeat("x", 9<<20) + " clientId=" + appID + " clientSecret=" + c.expired
	if w := search(t, c.app, where.Files{Paths: []string{write(t, t.TempDir(), "one", one)}}); len(w.Places) != 1 {
		t.Errorf("one long line: %+v", w.Places)
	}
}

func TestCertificates(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum(der)
	print := strings.ToUpper(hex.EncodeToString(sum[:]))
	c := newCorpus()
	c.app.Listed[4].Hint = &print
	root := t.TempDir()
	write(t, root, "a.pem", "leaf\n"+string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	write(t, root, "b.cer", string(der))
	write(t, root, "c.json", `{"thumbprint": "`+strings.ToLower(print)+`"}`)
	write(t, root, "d.txt", "key "+keyExpired+"\n")
	w := search(t, c.app, where.Files{Paths: []string{root}})
	if len(w.Places) != 4 {
		t.Fatalf("%+v", w.Places)
	}
	for i, kind := range []result.PlaceKind{result.PlaceCertificate, result.PlaceCertificate, result.PlaceKeyID, result.PlaceKeyID} {
		p, key := w.Places[i], []string{keyCert, keyCert, keyCert, keyExpired}[i]
		if p.Kind != kind || p.KeyID == nil || *p.KeyID != key || p.Certainty != result.Proven {
			t.Errorf("%+v", p)
		}
	}
}

// What a sign-in says of a value decides; only values that may be the
// application's are sent, each once.
func TestProve(t *testing.T) {
	c := newCorpus()
	root := t.TempDir()
	write(t, root, "1/.env", fill(forms["dotenv/.env"], appID, c.expired)+"DB_PASSWORD=not-of-the-application\n")
	write(t, root, "2/.env", fill(forms["dotenv/.env"], appID, c.expired))
	write(t, root, "3/.env", fill(forms["dotenv/.env"], appID, "gone-since-2024"))
	write(t, root, "4/.env", fill(forms["dotenv/.env"], appID, c.valid))
	write(t, root, "5/.env", fill(forms["dotenv/.env"], otherApp, c.other))
	said := map[string]result.CredentialStatus{c.expired: "expired", "gone-since-2024": result.PlaceRefused, c.valid: "valid"}
	var sent []string
	w, err := where.Search(t.Context(), where.Options{App: c.app, Sources: []where.Source{where.Files{Paths: []string{root}}},
		Prove: func(_ context.Context, v secrets.Value) result.CredentialStatus {
			sent = append(sent, v.Reveal())
			return said[v.Reveal()]
		}})
	if err != nil || len(sent) != 3 || len(w.Places) != 4 {
		t.Fatalf("%v, %d sent, %+v", err, len(sent), w)
	}
	for i, want := range []struct{ key, status string }{{keyExpired, "expired"}, {keyExpired, "expired"}, {"", "refused"}, {keyValid, "valid"}} {
		p := w.Places[i]
		if p.Certainty != result.Proven || string(*p.Status) != want.status || (p.KeyID == nil) != (want.key == "") || p.KeyID != nil && *p.KeyID != want.key {
			t.Errorf("%d: %+v %v", i, p, *p.Status)
		}
	}
	if *w.Places[0].Value != *w.Places[1].Value || *w.Places[0].Value == *w.Places[3].Value {
		t.Error("equal values have different numbers, or different ones the same")
	}
	if len(w.Remedies) != 3 || !strings.Contains(w.Remedies[0].Commands[0].Command, "2/.env") {
		t.Errorf("%+v", w.Remedies)
	}
}

// The ID of a secret where its value belongs, and credentials that could not be
// listed.
func TestJudgement(t *testing.T) {
	c := newCorpus()
	path := write(t, t.TempDir(), ".env", fill(forms["dotenv/.env"], appID, keyValid))
	if w := search(t, c.app, where.Files{Paths: []string{path}}); *w.Places[0].KeyID != keyValid || *w.Places[0].Status != result.PlaceDamaged {
		t.Errorf("%+v", w.Places)
	}
	path = write(t, t.TempDir(), ".env", fill(forms["dotenv/.env"], appID, c.valid))
	w := search(t, where.App{ID: appID}, where.Files{Paths: []string{path}})
	if p := w.Places[0]; p.KeyID != nil || *p.Status != result.PlaceUnknown || len(w.Notes) == 0 {
		t.Errorf("%+v", w)
	}
	c.app.Listed = append(c.app.Listed, c.app.Listed[2])
	if p := search(t, c.app, where.Files{Paths: []string{path}}).Places[0]; p.KeyID != nil || p.Certainty != result.Possible {
		t.Errorf("a hint of two secrets proves neither: %+v", p)
	}
}

func TestEnvironment(t *testing.T) {
	c := newCorpus()
	source, err := where.Parse("environment", nil, []string{"AZURE_CLIENT_ID=" + appID, "AZURE_CLIENT_SECRET=" + c.expired, "PWD=/root", "HOME=/x"})
	if err != nil {
		t.Fatal(err)
	}
	w := search(t, c.app, source)
	if len(w.Places) != 1 || *w.Places[0].Setting != "AZURE_CLIENT_SECRET" || w.Places[0].Line != nil {
		t.Errorf("%+v", w.Places)
	}
}

// An ended context ends the search.
func TestInterrupted(t *testing.T) {
	root := t.TempDir()
	for i := range 50 {
		write(t, root, strings.Repeat("d/", i)+"f.txt", "x")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if w, err := where.Search(ctx, where.Options{Sources: []where.Source{where.Files{Paths: []string{root}}}}); err == nil {
		t.Errorf("%+v", w)
	}
}

// A path that holds a secret is not shown, and no command names a part of it: the
// report says in which folder it is.
func TestAPathThatHoldsASecret(t *testing.T) {
	c := newCorpus()
	root := t.TempDir()
	write(t, root, "kept-"+c.expired+"/sync.env", fill(forms["dotenv/.env"], appID, c.expired))
	w := search(t, c.app, where.Files{Paths: []string{root}})
	if len(w.Places) != 1 || w.Places[0].Target != nil || strings.Contains(w.Places[0].Location, c.expired[8:20]) {
		t.Fatalf("%+v", w.Places)
	}
	if len(w.Remedies) != 1 || len(w.Remedies[0].Commands) != 0 || !strings.Contains(w.Remedies[0].Title.String(), "In "+root+", ") {
		t.Errorf("%+v", w.Remedies)
	}
}
