package exporter

import (
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/exporter-toolkit/web"

	"github.com/spcheck/spcheck/internal/smallfile"
	"github.com/spcheck/spcheck/internal/trust"
)

// CheckWebConfig reports what is wrong with a web configuration: a *trust.Error where
// somebody else may have written it, or a file that it names. Whoever can do that
// chooses the password and the certificate of the exporter.
func CheckWebConfig(path string) error {
	if path == "" {
		return nil
	}
	data, err := smallfile.ReadTrusted(path, maxWebConfig)
	if err != nil {
		return err
	}
	if err := web.Validate(path); err != nil {
		return err
	}
	named, err := filesOf(path, data)
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

// maxWebConfig is the maximum size of a web configuration, in bytes.
const maxWebConfig = 1 << 20

// filesOf are the files that a web configuration names, by the folder that it is in.
func filesOf(path string, data []byte) ([]string, error) {
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
