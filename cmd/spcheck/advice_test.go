package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

// Every error that typing something else can mend has a hint.
func TestErrorsAreNotLeftWithoutAHint(t *testing.T) {
	t.Parallel()
	root := newRootCommand(&app{env: func(string) (string, bool) { return "", false }})
	missing := filepath.Join(os.TempDir(), "spcheck-sandbox-1")
	for _, c := range []struct {
		err  error
		want string
	}{
		{fail.Usage(msg.New("it is wrong")), "see the flags with: spcheck --help"},
		{fail.Usage(msg.New("it is wrong"), msg.New("mend it")), "mend it"},
		{fail.Unknown(msg.New("nobody knows")), ""},
		{&fs.PathError{Op: "mkdir", Path: missing, Err: fs.ErrNotExist}, "a folder for temporary files"},
		{&fs.PathError{Op: "open", Path: filepath.Join(filepath.Dir(os.TempDir()), "other"), Err: fs.ErrNotExist}, ""},
	} {
		var got []string
		for _, h := range advised(root, c.err).Hints {
			got = append(got, h.String())
		}
		if text := strings.Join(got, "\n"); len(got) > 1 || !strings.Contains(text, c.want) || (text == "") != (c.want == "") {
			t.Errorf("%v: %q", c.err, got)
		}
	}
}
