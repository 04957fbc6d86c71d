package scenario

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/goccy/go-yaml"

	"github.com/spcheck/spcheck/internal/strictyaml"
)

//go:embed scenarios/*.yaml
var shipped embed.FS

// Default is the default scenario: a MailStore server whose secret has expired.
const Default = "mailstore"

// maxSize is the largest scenario file, in bytes.
const maxSize = 1 << 20

// ErrUnknown means that a name is neither a shipped scenario nor a file.
var ErrUnknown = errors.New("no such scenario")

// Info is an entry in the list of scenarios.
type Info struct{ Name, Title string }

// List returns the shipped scenarios: the default one first, the others by name.
func List() ([]Info, error) {
	files, err := fs.Glob(shipped, "scenarios/*.yaml")
	if err != nil {
		return nil, err
	}
	var out []Info
	for _, file := range files {
		data, err := shipped.ReadFile(file)
		if err != nil {
			return nil, err
		}
		// Parsing a hundred files would take longer than the rest of a shell completion.
		_, rest, _ := strings.Cut("\n"+string(data), "\ntitle: ")
		title, _, _ := strings.Cut(rest, "\n")
		out = append(out, Info{Name: strings.TrimSuffix(path.Base(file), ".yaml"), Title: strings.TrimSpace(title)})
	}
	i := slices.IndexFunc(out, func(one Info) bool { return one.Name == Default })
	first := out[i]
	return slices.Insert(slices.Delete(out, i, i+1), 0, first), nil
}

// Load reads a shipped scenario by name, or a file by path (if it has a separator or a
// dot).
func Load(nameOrFile string) (*Scenario, error) {
	if !strings.ContainsAny(nameOrFile, `./\`) {
		data, err := shipped.ReadFile("scenarios/" + nameOrFile + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("%w: %s", ErrUnknown, nameOrFile)
		}
		return Parse(nameOrFile, data)
	}
	data, err := readBounded(nameOrFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrUnknown, nameOrFile)
	}
	if err != nil {
		return nil, err
	}
	base := filepath.Base(nameOrFile)
	return Parse(strings.TrimSuffix(base, filepath.Ext(base)), data)
}

func readBounded(path string) ([]byte, error) {
	// Opening a pipe would wait for its writer.
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EISDIR}
	case err == nil && !info.Mode().IsRegular():
		return nil, fmt.Errorf("scenario %s is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxSize {
		return nil, fmt.Errorf("scenario %s is larger than %d bytes", path, maxSize)
	}
	return data, nil
}

// FormError means that a file is not YAML with the fields of a scenario. Err is of package
// strictyaml.
type FormError struct {
	Name string
	Err  error
}

// Error leaves out the source: users' files may contain real secrets.
func (e *FormError) Error() string {
	return fmt.Sprintf("scenario %s: %s", e.Name, strings.TrimSpace(yaml.FormatError(e.Err, false, false)))
}

// Parse parses a scenario. Errors name the line of unknown fields and wrong values.
func Parse(name string, data []byte) (*Scenario, error) {
	s := &Scenario{Name: name}
	if err := strictyaml.Unmarshal(data, s); err != nil {
		return nil, &FormError{name, err}
	}
	s.Name = name
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("scenario %s: %w", name, err)
	}
	return s, nil
}
