package main

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Certificate is a custom resource with the fields of cert-manager's Certificate that are usually set.
type Certificate struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              CertificateSpec   `json:"spec"`
	Status            CertificateStatus `json:"status,omitempty"`
}

// CertificateSpec is the certificate that is requested.
type CertificateSpec struct {
	CommonName           string           `json:"commonName,omitempty"`
	DNSNames             []string         `json:"dnsNames,omitempty"`
	Duration             *metav1.Duration `json:"duration,omitempty"`
	IssuerRef            IssuerRef        `json:"issuerRef"`
	PrivateKey           *PrivateKey      `json:"privateKey,omitempty"`
	RenewBefore          *metav1.Duration `json:"renewBefore,omitempty"`
	RevisionHistoryLimit *int32           `json:"revisionHistoryLimit,omitempty"`
	SecretName           string           `json:"secretName"`
	SecretTemplate       *SecretTemplate  `json:"secretTemplate,omitempty"`
	Subject              *Subject         `json:"subject,omitempty"`
	URIs                 []string         `json:"uris,omitempty"`
	Usages               []string         `json:"usages,omitempty"`
}

// IssuerRef is a reference to an issuer.
type IssuerRef struct {
	Group string `json:"group,omitempty"`
	Kind  string `json:"kind,omitempty"`
	Name  string `json:"name"`
}

// PrivateKey is how a private key is created.
type PrivateKey struct {
	Algorithm      string `json:"algorithm,omitempty"`
	Encoding       string `json:"encoding,omitempty"`
	RotationPolicy string `json:"rotationPolicy,omitempty"`
	Size           int    `json:"size,omitempty"`
}

// SecretTemplate is what is copied to a Secret.
type SecretTemplate struct {
	Annotations map[string]string `json:"annotations,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
}

// Subject is a subject.
type Subject struct {
	OrganizationalUnits []string `json:"organizationalUnits,omitempty"`
	Organizations       []string `json:"organizations,omitempty"`
}

// CertificateStatus is the state of a certificate.
type CertificateStatus struct {
	Conditions  []metav1.Condition `json:"conditions,omitempty"`
	NotAfter    *metav1.Time       `json:"notAfter,omitempty"`
	NotBefore   *metav1.Time       `json:"notBefore,omitempty"`
	RenewalTime *metav1.Time       `json:"renewalTime,omitempty"`
	Revision    *int               `json:"revision,omitempty"`
}

// CertificateList is a list of certificates.
type CertificateList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Certificate `json:"items"`
}

// DeepCopyObject implements runtime.Object.
func (c *Certificate) DeepCopyObject() runtime.Object {
	return c.deepCopy()
}

func (c *Certificate) deepCopy() *Certificate {
	copied := *c
	c.ObjectMeta.DeepCopyInto(&copied.ObjectMeta)
	spec := &copied.Spec
	spec.DNSNames = slices.Clone(c.Spec.DNSNames)
	spec.Duration = copyPointer(c.Spec.Duration)
	spec.PrivateKey = copyPointer(c.Spec.PrivateKey)
	spec.RenewBefore = copyPointer(c.Spec.RenewBefore)
	spec.RevisionHistoryLimit = copyPointer(c.Spec.RevisionHistoryLimit)
	if template := c.Spec.SecretTemplate; template != nil {
		spec.SecretTemplate = &SecretTemplate{
			Annotations: maps.Clone(template.Annotations),
			Labels:      maps.Clone(template.Labels),
		}
	}
	if subject := c.Spec.Subject; subject != nil {
		spec.Subject = &Subject{
			OrganizationalUnits: slices.Clone(subject.OrganizationalUnits),
			Organizations:       slices.Clone(subject.Organizations),
		}
	}
	spec.URIs = slices.Clone(c.Spec.URIs)
	spec.Usages = slices.Clone(c.Spec.Usages)
	copied.Status.Conditions = copyConditions(c.Status.Conditions)
	copied.Status.NotAfter = c.Status.NotAfter.DeepCopy()
	copied.Status.NotBefore = c.Status.NotBefore.DeepCopy()
	copied.Status.RenewalTime = c.Status.RenewalTime.DeepCopy()
	copied.Status.Revision = copyPointer(c.Status.Revision)
	return &copied
}

// DeepCopyObject implements runtime.Object.
func (l *CertificateList) DeepCopyObject() runtime.Object {
	copied := *l
	l.ListMeta.DeepCopyInto(&copied.ListMeta)
	copied.Items = slices.Clone(l.Items)
	for i := range l.Items {
		copied.Items[i] = *l.Items[i].deepCopy()
	}
	return &copied
}
