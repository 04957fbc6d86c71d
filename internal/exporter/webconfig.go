package exporter

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/exporter-toolkit/web"

	"github.com/spcheck/spcheck/internal/trust"
)

// CheckWebConfig reports what is wrong with a web configuration: a *trust.Error where
// somebody else may have written it, or a file that it names. Whoever can do that
// chooses the password and the certificate of the exporter.
func CheckWebConfig(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return errors.Join(errNoFile, err) // a pipe would be waited for
	}
	if err := trust.File(path); err != nil {
		return err
	}
	if err := web.Validate(path); err != nil {
		return err
	}
	named, err := filesOf(path)
	if err != nil {
		return err
	}
	for _, file := range named {
		if err := trust.File(file); err != nil {
			return err
		}
	}
	return nil
}

var errNoFile = errors.New("the web configuration is not a regular file")

// filesOf are the files that a web configuration names, by the folder that it is in.
func filesOf(path string) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var c struct {
		TLS struct {
			Certificate string `yaml:"cert_file"`
			Key         string `yaml:"key_file"`
			ClientCAs   string `yaml:"client_ca_file"`
		} `yaml:"tls_server_config"`
	}
	if err := yaml.Unmarshal(data, &c); err != nil {
		return nil, err
	}
	var files []string
	for _, name := range []string{c.TLS.Certificate, c.TLS.Key, c.TLS.ClientCAs} {
		switch {
		case name == "":
		case filepath.IsAbs(name):
			files = append(files, name)
		default:
			files = append(files, filepath.Join(filepath.Dir(path), name))
		}
	}
	return files, nil
}
